// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Disclosure
import PauseAgreement
import Roles
import TransparencyLog

/// Which bundle, and which agreement the reader believes.
struct BundleTrust: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The agreement that you believe: its id, in hex. Without it a bundle can only be self-consistent.",
            valueName: "id"))
    var agreementID: String?

    func validate() throws {
        if let agreementID, Digest(hex: agreementID) == nil {
            throw ValidationError(
                "an agreement id is 64 lower-case hex digits, not '\(agreementID)'")
        }
    }

    var expected: Digest? { agreementID.flatMap { Digest(hex: $0) } }
}

struct VerifyBundleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bundle",
        abstract: "Check offline a whole log, its signed orders and the state that follows.",
        discussion: """
            Checks every signature, hash, entry, order and the state; names the line of the first thing \
            that does not hold. Whoever made the bundle may have made all of it, so without --agreement-id \
            it is at best self-consistent. Exit 2 where the newest entries rest on the log's word alone.

              standstill verify bundle pause.bundle --agreement-id 3f8c…

            With the sealing key of a party and the openings that it collected, what the log only commits \
            to is compared with them, and findings that rest on sealed figures are derived again. Exit 1 \
            where something does not match.

              standstill verify bundle pause.bundle --as auditor-1-sealing.pem --openings openings
            """)

    @Argument(help: ArgumentHelp("The bundle, or - for standard input.", valueName: "file"))
    var bundle: String

    @OptionGroup var trust: BundleTrust

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp(
            "The private sealing key of the party that you are.", valueName: "sealing.pem"))
    var reader: String?

    @Option(
        help: ArgumentHelp(
            "The openings that you hold, as `standstill mail collect` keeps them.",
            valueName: "folder"))
    var openings: String?

    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws {
        if (reader == nil) != (openings == nil) {
            throw ValidationError("--as and --openings go together")
        }
    }

    func run() async throws {
        let (report, check) = try await CheckOutcome.reporting(json: json) {
            () async throws(Failure) -> (BundleReport, OpeningsCheck?) in
            guard let reader, let openings else {
                let report = try await BundleReading.verify(bundle, agreementID: trust.expected)
                return (report, nil)
            }
            let reading = try await BundleReading.whole(bundle, agreementID: trust.expected)
            return (reading.report, try compare(openings, of: reader, with: reading.log))
        }
        let isVouched = !report.isTrusted || report.vouched == report.checkpoint.size
        let contradictions = check?.contradictions ?? []
        let verdict: CheckOutcome =
            !contradictions.isEmpty ? .doesNotHold : isVouched ? .holds : .unknown
        var members = report.json
        members["openings"] = check?.json
        verdict.report(members, json: json) {
            (report.sentences + (check?.sentences ?? [])).joined(separator: "\n")
        }
        if let first = contradictions.first {
            throw Failure.doesNotHold(
                contradictions.count == 1
                    ? first : "\(contradictions.count) things do not match, first: \(first)")
        }
        guard isVouched else {
            throw Failure.unknown(
                "the newest \(report.checkpoint.size.value - report.vouched.value) entries rest on the log's word alone",
                hint: "make the bundle again after the next tick")
        }
    }

    /// What the reader's openings show.
    private func compare(
        _ openings: String, of reader: String, with log: LogReplay
    ) throws(Failure) -> OpeningsCheck {
        let key = try readSealingKey(reader).publicKey
        guard let party = log.agreement.parties.first(where: { $0.sealingKey == key }) else {
            throw .notPermitted("\(reader): the agreement names no party with this sealing key")
        }
        return OpeningsCheck(log, as: party, files: try MailFolder(reading: openings).read())
    }
}

extension BundleReport {
    /// What it showed, for people; the first line is the verdict.
    var sentences: [String] {
        let entries = checkpoint.size.value == 1 ? "1 entry" : "\(checkpoint.size) entries"
        let verdict =
            isTrusted
            ? "the bundle holds for agreement \(agreement.id.hex)"
            : "the bundle is self-consistent; nothing here says whose it is"
        return [
            verdict,
            "agreement: \(agreement.name), \(agreement.id.hex)",
            "log: \(entries), root \(checkpoint.root.base64), signed by \(checkpoint.origin)",
            "cosigned by: \(cosigners.isEmpty ? "nobody" : cosigners.joined(separator: ", "))",
            "vouched for by enough monitors: the first \(vouched) of \(entries)",
            "orders: \(orders), each derived again",
            "state at \(tick): \(state["brake"]?["state"]?.string ?? "none")",
        ]
    }

    var json: JSONObject {
        [
            "agreement": .string(agreement.id.hex), "trusted": .bool(isTrusted),
            "origin": .string(checkpoint.origin), "size": .integer(Int64(checkpoint.size.value)),
            "root": .string(checkpoint.root.base64),
            "cosigned-by": .array(cosigners.map { .string($0) }), "orders": .integer(Int64(orders)),
            "vouched": .integer(Int64(vouched.value)), "tick": .integer(tick.milliseconds),
            "brake": state["brake"] ?? .null,
        ]
    }
}
