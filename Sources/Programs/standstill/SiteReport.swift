// SPDX-License-Identifier: Apache-2.0

import Client
import PauseAgreement
import Site
import Storage
import TransparencyLog

/// What a running site says, one line a thing: to its own operator, who may know all of it.
struct SiteReport: Sendable {
    let site: String
    let json: Bool

    func started(_ plan: SitePlan, leaves: Int, periods: Int) {
        let before =
            periods + leaves == 0 ? "" : "; \(periods) periods and \(leaves) samples from before"
        say(
            "started",
            [
                "exporter": .string(plan.exporter.url), "every": .string(plan.every.description),
                "interval": .string(plan.interval.description),
                "periods": .integer(Int64(periods)), "samples": .integer(Int64(leaves)),
            ],
            "site \(site): measuring \(plan.exporter.url) every \(plan.every), a statement every "
                + "\(plan.interval)\(before)")
    }

    func closed(_ period: SiteArchive.Period) {
        say(
            "closed",
            [
                "period": .integer(Int64(period.number)),
                "samples": .integer(Int64(period.leaves)), "root": .string(period.root.hex),
                "from": .string(Time(milliseconds: period.from).description),
                "to": .string(Time(milliseconds: period.to).description),
            ],
            "period \(period.number) to \(Time(milliseconds: period.to)): \(period.leaves) samples, "
                + "root \(period.root.hex.prefix(12))…")
    }

    func summed(_ number: Int, _ summary: PeriodSummary) {
        let classes = summary.hoursByClass.keys.sorted()
        let hours = classes.map { "\($0) \(summary.hoursByClass[$0]!) h" }
        say(
            "summed",
            [
                "period": .integer(Int64(number)), "energy": .string(summary.energy),
                "device-hours": .string(summary.deviceHours),
                "by-class": .object(
                    JSONObject(classes.map { ($0, .string(summary.hoursByClass[$0]!)) })),
                "by-source": .object(
                    JSONObject(
                        summary.energyBySource.keys.sorted().map {
                            ($0, .string(summary.energyBySource[$0]!))
                        })),
                "events": .array(summary.events.map { .string($0.rawValue) }),
            ],
            "period \(number): \(summary.deviceHours) device-hours, \(summary.energy) J "
                + "(\(hours.joined(separator: ", ")))")
    }

    func logged(_ number: Int, _ index: LogIndex) {
        say(
            "logged",
            ["period": .integer(Int64(number)), "entry": .integer(Int64(index.value))],
            "period \(number) is entry \(index)")
    }

    func mailed(_ number: Int, _ sent: [SealedMail.Outcome], _ warnings: [String]) {
        let names = sent.map(\.letter.party).joined(separator: ", ")
        say(
            "mailed",
            ["period": .integer(Int64(number)), "mail": sent.json],
            "period \(number): sums sealed for \(names.isEmpty ? "nobody" : names)")
        for warning in warnings { self.warning(warning) }
    }

    func event(_ event: TelemetryEvent, _ count: Int) {
        say(
            "event",
            ["name": .string(event.rawValue), "samples": .integer(Int64(count))],
            "\(event.rawValue) in \(count) samples: \(event.sentence)")
    }

    func trouble(_ number: Int, _ failure: Failure) {
        say(
            "waiting",
            ["period": .integer(Int64(number)), "reason": .string(failure.message)],
            "period \(number) is not handed in yet, and tried again: \(failure.message)")
    }

    func seesAgain(_ devices: Int) {
        say(
            "measuring", ["devices": .integer(Int64(devices))],
            "measuring again: \(devices) devices")
    }

    func pruned(_ numbers: [Int]) {
        let list = numbers.map(String.init).joined(separator: ", ")
        say(
            "pruned", ["periods": .array(numbers.map { .integer(Int64($0)) })],
            "samples of periods \(list) removed; their roots stay")
    }

    func ended() { say("ended", [:], "ended; what was measured is kept") }

    func warning(_ text: String) {
        guard json else { return printError("warning: \(text)") }
        say("warning", ["text": .string(text)], text)
    }

    private func say(_ event: String, _ members: JSONObject, _ sentence: String) {
        guard json else {
            print("\(Time.now.toSeconds)  \(sentence)")
            try? flushOutput()
            return
        }
        var object = members
        object["event"] = .string(event)
        object["site"] = .string(site)
        object["time"] = .string(Time.now.description)
        print(String(decoding: JSON.object(object).canonicalBytes, as: UTF8.self))
        try? flushOutput()
    }
}

extension Time {
    /// Without milliseconds, as lines for people begin.
    fileprivate var toSeconds: Time { Time(milliseconds: milliseconds / 1000 * 1000) }
}
