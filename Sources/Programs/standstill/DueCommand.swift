// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Brake
import PauseAgreement
import Roles
import TransparencyLog

struct DueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "due",
        abstract: "Say what a party owes under the agreement, and by when.",
        discussion: """
            Votes, stops and their evidence, telemetry, answers to draws, findings, mitigations, measurements \
            that grow old, and a running notice: derived from the log like everything else. With --ics they \
            are a calendar (RFC 5545) for what has a date; the same duty keeps its identity, so that a calendar \
            that is fetched again does not fill up. Exit 1 where something is overdue, 2 where the \
            witnesses' newest word is older than two ticks.

              standstill due --party councillor-1 --node https://log.example --agreement pause.yaml
              standstill due --party developer-a --bundle pause.bundle --ics > pause.ics
            """)

    @Option(help: ArgumentHelp("The party.", valueName: "name"))
    var party: String

    @OptionGroup var log: LogOptions

    @OptionGroup var instant: InstantOption

    @Flag(help: "Print a calendar, RFC 5545.")
    var ics = false

    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws {
        if json, ics { throw ValidationError("give --ics or --json, not both") }
    }

    func run() async throws {
        var read = try await log.read()
        guard read.agreement.party(party) != nil else {
            let names = read.agreement.parties.map(\.name).joined(separator: ", ")
            throw Failure.usage(
                "--party \(party): the agreement names no such party", hint: "parties: \(names)")
        }
        let at = instant.time ?? read.at
        let duties = read.replay.brake(at: read.size).duties(of: party, at: at)
        let list = DutyList(
            party: party, agreement: read.agreement, at: at, duties: duties,
            verification: read.verification)
        if ics {
            print(list.calendar, terminator: "")
        } else if json {
            printJSON(.object(list.json(isVerified: read.vouched > .empty)))
        } else {
            print(list.lines.joined(separator: "\n"))
        }
        guard read.isFresh else {
            throw Failure.unknown(
                "the witnesses' newest word is too old: the node may hide newer entries")
        }
        if duties.contains(where: \.isOverdue) { throw ExitCode(1) }
    }
}

/// A party's duties as people, programs and calendars read them.
struct DutyList {
    let party: String
    let agreement: Agreement
    let at: Time
    let duties: [Duty]
    let verification: String

    var lines: [String] {
        let head = "\(party), under \(agreement.name) at \(at)"
        guard !duties.isEmpty else { return ["\(head): nothing is due", verification] }
        return ["\(head):", verification, ""]
            + duties.map { duty in
                let when =
                    duty.due.map { duty.isOverdue ? "overdue since \($0)" : "by \($0)" }
                    ?? "no term"
                return "\(when): \(duty.sentence) (article \(duty.clause))"
            }
    }

    func json(isVerified: Bool) -> JSONObject {
        [
            "party": .string(party), "agreement": .string(agreement.id.hex),
            "at": .integer(at.milliseconds), "verified": .bool(isVerified),
            "verification": .string(verification),
            "duties": .array(
                duties.map { duty in
                    var object: JSONObject = [
                        "id": .string(duty.id), "kind": .string(duty.kind.rawValue),
                        "about": .string(duty.about), "overdue": .bool(duty.isOverdue),
                        "sentence": .string(duty.sentence), "clause": .string(duty.clause),
                    ]
                    object["due"] = duty.due.map { .integer($0.milliseconds) }
                    return .object(object)
                }),
        ]
    }

    /// What has a date, as a calendar; the rest has no place in one.
    var calendar: String {
        let events = duties.compactMap { duty in
            duty.due.map { due in
                CalendarText.Event(
                    // Within one agreement and party a duty's id names it for good.
                    uid: "\(duty.id).\(party)@\(agreement.id.hex.prefix(32)).standstill.example",
                    at: due, summary: "\(party): \(duty.kind.rawValue) \(duty.about)",
                    description: "\(duty.sentence) (article \(duty.clause)). \(verification)")
            }
        }
        return CalendarText(
            name: "\(party) under \(agreement.name)", stamp: at, events: events
        ).text
    }
}
