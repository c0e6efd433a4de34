// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import Roles
import TransparencyLog

/// What a watch prints, a line at a time: for people, or one JSON object a line.
struct WatchReport {
    let json: Bool

    func sighting(_ sighting: LogWatch.Sighting) {
        switch sighting {
        case .entry(let summary): entry(summary)
        case .order(let order, let monitors): self.order(order, monitors)
        case .tooOld(let order):
            note("the order of \(order.tick) is over \(order.size) entries only; not derived again")
        case .checkpoint, .alarm: break
        }
    }

    private func entry(_ summary: EntrySummary) {
        var object: JSONObject = [
            "event": "entry", "index": .integer(Int64(summary.index.value)),
            "kind": .string(summary.kind.rawValue), "signer": .string(summary.signer),
            "received": .integer(summary.received.milliseconds),
        ]
        object["subject"] = summary.subject.map { .string($0) }
        var effect = ""
        if case .without(let why) = summary.effect {
            object["effect"] = .string(why.sentence)
            effect = ", without effect: \(why.sentence)"
        }
        let about = summary.subject.map { " (\($0))" } ?? ""
        line(
            "entry \(summary.index), \(summary.received): \(summary.kind.rawValue)\(about) by "
                + "\(summary.signer)\(effect)", object)
    }

    private func order(_ order: Order, _ monitors: [String]) {
        let measures =
            order.measures.isEmpty
            ? "no measure" : order.measures.map(\.measure.rawValue).joined(separator: ", ")
        var object: JSONObject = [
            "event": "order", "epoch": .integer(order.epoch),
            "tick": .integer(order.tick.milliseconds), "size": .integer(Int64(order.size.value)),
            "state": .string(order.state.rawValue),
            "measures": .array(order.measures.map(\.json)),
            "signed-by": .array(monitors.map { .string($0) }),
        ]
        object["node-silent-since"] = order.silentSince.map { .integer($0.milliseconds) }
        line(
            "order of \(order.tick), epoch \(order.epoch) over \(order.size) entries: "
                + "\(order.state.rawValue), \(measures); signed by \(monitors.joined(separator: ", "))",
            object)
    }

    /// What a look at all there is came to.
    func summary(of watch: LogWatch) {
        var object: JSONObject = [
            "event": "summary", "agreement": .string(watch.agreement.id.hex),
            "size": .integer(Int64(watch.size.value)),
            "vouched": .integer(Int64(watch.vouched.value)),
        ]
        object["vouched-at"] = watch.vouchedAt.map { .integer($0.milliseconds) }
        let at = watch.vouchedAt.map { ", last at \($0)" } ?? ""
        line(
            "\(watch.size) entries of one history; enough witnesses vouch for the first "
                + "\(watch.vouched)\(at)", object)
    }

    func alarm(_ alarm: WatchAlarm) {
        guard json else { return }
        line(
            "",
            [
                "event": "alarm", "alarm": .string(alarm.kind.rawValue),
                "reason": .string(alarm.sentence),
            ])
    }

    /// Something that was not checked, and why: no alarm.
    private func note(_ message: String) { printError("note: \(message)") }

    /// Somebody who does not answer: told, but no alarm.
    func fault(_ message: String) { printError("waiting: \(message)") }

    private func line(_ text: String, _ object: JSONObject) {
        print(json ? String(decoding: JSON.object(object).canonicalBytes, as: UTF8.self) : text)
        // Whoever follows the lines wants each at once.
        try? flushOutput()
    }
}

extension WatchAlarm {
    /// The alarm file: what must not be, and the signed notes that prove it.
    func json(of node: String, at now: Time) -> JSONObject {
        [
            "alarm": .string(kind.rawValue), "reason": .string(sentence),
            "node": .string(node), "raised": .integer(now.milliseconds),
            "evidence": .array(evidence.map { .string($0) }),
        ]
    }
}
