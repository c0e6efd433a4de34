// SPDX-License-Identifier: Apache-2.0

import Enforcement
import Gates
import PauseAgreement
import Synchronization
import TransparencyLog

/// What a running gate says on standard output, a line at a time: for people, or one JSON object a
/// line.
final class GateReport: Sendable {
    private let json: Bool
    private let site: String?
    /// The order that was last told, less its tick: ticks are no news.
    private let told = Mutex<BelievedOrder?>(nil)

    init(json: Bool, site: String?) {
        self.json = json
        self.site = site
    }

    func order(_ order: BelievedOrder, from source: String) {
        let isNews = told.withLock { told in
            defer { told = order }
            return told.map { !$0.says(the: order) } ?? true
        }
        guard isNews else { return }
        line("order \(order.summary)", order.json, ["event": "order", "from": .string(source)])
    }

    /// Alarms go to standard error in any case; with JSON also among the events.
    func alarm(_ alarm: GateAlarm) {
        let text = "alarm: \(alarm)"
        guard json else { return printError(text) }
        line(
            text,
            [
                "alarm": .string(alarm.word), "source": .string(alarm.source),
                "reason": .string("\(alarm)"),
            ],
            ["event": "alarm"])
    }

    /// The first decision on a job.
    func decision(on job: Job, _ verdict: Enforcement.Verdict) {
        line(
            "job \(job.id) \(verdict.sentence)", verdict.json,
            ["event": "decision", "job": .string(job.id)])
    }

    func turn(of job: Job, _ conduct: Supervision.Conduct, _ verdict: Enforcement.Verdict) {
        let order = verdict.reason.rank.map {
            " (epoch \($0.epoch) \(verdict.reason.state?.rawValue ?? ""))"
        }
        line(
            "job \(job.id) \(conduct.rawValue)\(order ?? ""): \(verdict.sentence)", verdict.json,
            ["event": "turn", "job": .string(job.id), "conduct": .string(conduct.rawValue)])
    }

    func end(of job: Job, _ end: JobEnd) {
        let how =
            switch end {
            case .code(let code): "ended with \(code)"
            case .signal(let number): "ended by signal \(number)"
            }
        line(
            "job \(job.id) \(how)", ["code": .integer(Int64(end.exitCode))],
            ["event": "end", "job": .string(job.id)])
    }

    private func line(_ text: String, _ members: JSONObject, _ head: JSONObject) {
        var line = text
        if json {
            var object = members
            for (key, value) in head.members { object[key] = value }
            if let site { object["site"] = .string(site) }
            line = String(decoding: JSON.object(object).canonicalBytes, as: UTF8.self)
        }
        print(line)
        // Whoever follows the lines wants each at once. A closed pipe is found out at the next
        // flush, too.
        try? flushOutput()
    }
}

// MARK: - Orders in words

extension BelievedOrder {
    /// Whether another order differs in nothing but its tick, its tree and who signed it.
    fileprivate func says(the other: BelievedOrder) -> Bool {
        order.epoch == other.order.epoch && order.state == other.order.state
            && order.measures == other.order.measures && order.causes == other.order.causes
            && order.silentSince == other.order.silentSince
            && isContradicted == other.isContradicted
    }

    /// `epoch 7 paused: pause of developer-a from … (article 6.4) because of c31; signed …`
    fileprivate var summary: String {
        let measures = order.measures.map { measure in
            "\(measure.measure) of \(measure.parties.joined(separator: ", ")) from \(measure.from) "
                + "(article \(measure.clause)) because of \(measure.causes.joined(separator: ", "))"
        }
        var text = "epoch \(order.epoch) \(order.state.rawValue): "
        text += measures.isEmpty ? "no measure in force" : measures.joined(separator: "; ")
        if let since = order.silentSince { text += "; the node has been silent since \(since)" }
        if isContradicted { text += "; contradicted, no new covered work is admitted" }
        return text
            + "; signed for \(order.tick) over \(order.size) entries by \(monitors.joined(separator: ", "))"
    }

    fileprivate var json: JSONObject {
        var object: JSONObject = [
            "epoch": .integer(order.epoch), "state": .string(order.state.rawValue),
            "tick": .integer(order.tick.milliseconds), "size": .integer(Int64(order.size.value)),
            "measures": .array(order.measures.map(\.json)),
            "causes": .array(order.causes.map(\.json)),
            "signed-by": .array(monitors.map { .string($0) }),
            "contradicted": .bool(isContradicted),
        ]
        object["node-silent-since"] = order.silentSince.map { .integer($0.milliseconds) }
        return object
    }
}

// MARK: - Verdicts in JSON

extension Enforcement.Verdict {
    /// Whether the job may start, or go on without saving.
    var letsRun: Bool {
        switch self {
        case .admitted, .goOn: true
        case .refused, .save, .hold: false
        }
    }

    var json: JSONObject {
        let cause = reason.coverage?.causes.first
        var object: JSONObject = [
            "verdict": .string(word), "reason": .string(sentence), "clause": .string(reason.clause),
            "measure": reason.coverage.map { .string($0.measure.measure.rawValue) } ?? .null,
            "cause": cause.map { .string($0.id) } ?? .null,
            "entry": cause?.entry.map { .integer(Int64($0.value)) } ?? .null,
            "epoch": reason.rank.map { .integer($0.epoch) } ?? .null,
            "tick": reason.rank.map { .integer($0.tick.milliseconds) } ?? .null,
        ]
        switch self {
        case .goOn(let until?, _): object["until"] = .integer(until.milliseconds)
        case .save(let by, _): object["by"] = .integer(by.milliseconds)
        case .admitted, .refused, .goOn(nil, _), .hold: break
        }
        return object
    }
}
