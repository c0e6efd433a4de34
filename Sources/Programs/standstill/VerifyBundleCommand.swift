// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
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

    /// Checks all of a bundle's file.
    ///
    /// - Throws: ``Failure`` 1 at the first line that does not hold.
    func verify(_ path: String) throws(Failure) -> BundleReport {
        var verification = BundleVerification(agreementID: agreementID.flatMap { Digest(hex: $0) })
        try readPieces(path) { (piece) throws(Failure) in
            do throws(BundleFailure) {
                try verification.receive(piece)
            } catch {
                throw .doesNotHold("\(path): \(error)")
            }
        }
        do throws(BundleFailure) {
            return try verification.finish()
        } catch {
            throw .doesNotHold("\(path): \(error)")
        }
    }
}

struct VerifyBundleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bundle",
        abstract: "Check offline a whole log, its signed orders and the state that follows.",
        discussion: """
            Checks every signature, hash, entry, order and the state; names the line of the first thing \
            that does not hold. Whoever made the bundle may have made all of it, so without --agreement-id \
            it is at best self-consistent. Exit 2 where the newest entries rest on the log's word alone.

              standstill verify bundle pause.bundle --agreement-id 3f8c…
            """)

    @Argument(help: ArgumentHelp("The bundle, or - for standard input.", valueName: "file"))
    var bundle: String

    @OptionGroup var trust: BundleTrust

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        let report = try CheckOutcome.reporting(json: json) { () throws(Failure) in
            try trust.verify(bundle)
        }
        let isVouched = !report.isTrusted || report.vouched == report.checkpoint.size
        let verdict: CheckOutcome = isVouched ? .holds : .unknown
        verdict.report(report.json, json: json) { report.sentences.joined(separator: "\n") }
        guard isVouched else {
            throw Failure.unknown(
                "the newest \(report.checkpoint.size.value - report.vouched.value) entries rest on the log's word alone",
                hint: "make the bundle again after the next tick")
        }
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
