// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Brake
import Client
import Measurement
import PauseAgreement
import Roles
import TransparencyLog

struct AuditDrawCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "draw",
        abstract: "Ask a site for samples of periods that it is committed to.",
        discussion: """
            Without --telemetry it draws from the newest periods of the site, back to its last stop, 64 at \
            most. The seed comes from the system's generator. Instead of a --count, --openings with the \
            periods' openings finds the smallest one that would show a --share of false samples with the \
            --confidence.

              standstill audit draw --party operator-a --site north-1 --count 40 \\
                --agreement pause.yaml --key auditor-1.pem --node https://log.example
            """)

    @Option(help: ArgumentHelp("The party whose site it is.", valueName: "name"))
    var party: String

    @Option(help: ArgumentHelp("The site.", valueName: "name"))
    var site: String

    @Option(
        help: ArgumentHelp(
            "The log's entry of a period to draw from; may be repeated.", valueName: "entry"))
    var telemetry: [UInt64] = []

    @Option(help: ArgumentHelp("Draw from so many of the newest periods.", valueName: "n"))
    var latest: Int?

    @Option(help: ArgumentHelp("How many samples of each period.", valueName: "m"))
    var count: Int64?

    @Option(help: ArgumentHelp("The openings that you hold.", valueName: "folder"))
    var openings: String?

    @Option(help: ArgumentHelp("The share of false samples to be shown.", valueName: "0…1"))
    var share = 0.05

    @Option(help: ArgumentHelp("With which confidence.", valueName: "0…1"))
    var confidence = 0.95

    @OptionGroup var signing: SigningOptions
    @OptionGroup var node: NodeOption

    @Option(help: ArgumentHelp("Where the signed draw goes, too.", valueName: "envelope.json"))
    var out: String?

    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws {
        guard (count == nil) != (openings == nil) else {
            throw ValidationError("give a --count, or --openings to find one: one of the two")
        }
        if let count, !(1...10_000).contains(count) {
            throw ValidationError("--count wants a number from 1 to 10000")
        }
        guard telemetry.isEmpty || latest == nil else {
            throw ValidationError("give --telemetry or --latest, not both")
        }
        if let latest, !(1...64).contains(latest) {
            throw ValidationError("--latest wants a number from 1 to 64")
        }
        guard Probability(share) != nil, Probability(confidence) != nil else {
            throw ValidationError("--share and --confidence lie between 0 and 1, such as 0.05")
        }
    }

    func run() async throws {
        let agreement = try readAgreement(signing.agreement)
        let client = try node.client()
        let audit = try await LogAudit(
            of: client, policy: agreement.policy(), agreementID: agreement.id, orders: .newest,
            holding: true, progress: Progress("entries"))
        let entries = try periods(in: audit.whole)
        let count = try self.count ?? self.count(for: entries, in: audit.whole)
        let signed = try signing.sign(
            .draw,
            [
                "party": .string(party), "site": .string(site),
                "telemetry": .array(entries.map { .integer(Int64($0.value)) }),
                "seed": .string(Hex.encode(freshBytes(32))), "count": .integer(count),
            ], from: "the draw", sequence: nil)
        if let out { try OutputFile.write(signed.envelope.json.canonicalBytes + [0x0A], to: out) }
        let outcome = try await SubmissionOutcome(
            signed.envelope, to: client, policy: agreement.policy())
        report(outcome, entries, count, agreement)
    }

    /// The site's telemetry that is asked for, growing.
    private func periods(in replay: LogReplay) throws(Failure) -> [LogIndex] {
        let all = (0..<replay.size.value).map { replay.entry(LogIndex($0)) }
            .filter { replay.summary($0.index)?.signer == party }
        var found: [LogIndex] = []
        for entry in all {
            guard case .telemetry(let period) = entry.statement.predicate, period.site == site,
                replay.summary(entry.index)?.effect == .effective
            else { continue }
            found.append(entry.index)
        }
        guard telemetry.isEmpty else {
            let asked = Set(telemetry).sorted().map { LogIndex($0) }
            if let other = asked.first(where: { !found.contains($0) }) {
                throw .usage("entry \(other) is no telemetry of \(site) of \(party) that counts")
            }
            return asked
        }
        let stop = all.last { entry in
            if case .stop(let stop) = entry.statement.predicate { stop.site == site } else { false }
        }
        if latest == nil, let stop { found = found.filter { stop.index < $0 } }
        guard !found.isEmpty else {
            throw .unknown(
                "the log holds no telemetry of \(site) of \(party)"
                    + (stop.map { " since its stop, entry \($0.index)" } ?? ""))
        }
        return Array(found.suffix(latest ?? 64))
    }

    /// The smallest number per period that shows the share asked for.
    private func count(
        for entries: [LogIndex], in replay: LogReplay
    ) throws(Failure) -> Int64 {
        guard let openings else { throw .bug("a draw without a count has openings") }
        let held = try MailFolder(reading: openings).read().map(\.openings)
        var sizes: [Int] = []
        for index in entries {
            let digest = replay.entry(index).envelope.payloadDigest
            guard let size = held.first(where: { $0.about == digest })?["samples"]?.integer,
                size > 0
            else { throw .unknown("the openings of telemetry \(index) are not in \(openings)") }
            sizes.append(Int(size))
        }
        func shows(_ count: Int) throws(UnusableSample) -> Bool {
            var strata: [Inspection.Stratum] = []
            for size in sizes {
                strata.append(try .init(population: size, drawn: min(size, count)))
            }
            let found = try Inspection(strata)
                .smallestShareShown(confidence: Probability(confidence)!)
            return found.map { $0 <= share } ?? false
        }
        do throws(UnusableSample) {
            var (below, at) = (0, min(10_000, sizes.max() ?? 1))
            guard try shows(at) else {
                throw UnusableSample("no draw of 10000 samples a period shows a share of \(share)")
            }
            while at - below > 1 {
                let middle = (below + at) / 2
                if try shows(middle) { at = middle } else { below = middle }
            }
            return Int64(at)
        } catch {
            throw .unknown("\(error)")
        }
    }

    private func report(
        _ outcome: SubmissionOutcome, _ entries: [LogIndex], _ count: Int64, _ agreement: Agreement
    ) {
        let received = Time(milliseconds: outcome.submitted.receivedMilliseconds)
        let due = received + agreement.verification.answerWithin
        guard json else {
            outcome.tell(receipt: nil)
            let list = entries.map(\.description).joined(separator: ", ")
            print("draws \(count) samples of each of telemetry \(list)")
            print("an answer is due by \(due) (article \(agreement.verification.article))")
            return
        }
        var object = outcome.members(receipt: nil)
        object["telemetry"] = .array(entries.map { .integer(Int64($0.value)) })
        object["count"] = .integer(count)
        object["due"] = .string(due.description)
        printJSON(.object(object))
    }
}
