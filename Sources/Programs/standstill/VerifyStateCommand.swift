// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import PauseAgreement
import Roles
import TransparencyLog

struct VerifyStateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "state",
        abstract: "Check offline that a state is what follows from a bundle's log.",
        discussion: """
            Derives the state again at the instant and over the number of entries that the file names, and \
            compares the bytes. Takes what `standstill status --json` or a node's /api/v1/state gave.

              standstill verify state state.json --bundle pause.bundle --agreement-id 3f8c…
            """)

    @Argument(help: ArgumentHelp("The state.", valueName: "state.json"))
    var state: String

    @Option(help: ArgumentHelp("The bundle to derive it from.", valueName: "file"))
    var bundle: String

    @OptionGroup var trust: BundleTrust

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() async throws {
        guard var given = try readJSON(state).object else {
            throw Failure.malformed("\(state): expected an object")
        }
        given.dropVerification()
        guard let at = given["at"]?.integer, let size = given["size"]?.integer, size >= 0 else {
            throw Failure.malformed("\(state): expected the members at and size of a state")
        }
        let report = try await CheckOutcome.reporting(json: json) {
            [given] () async throws(Failure) -> BundleReport in
            let reading = try await BundleReading.whole(bundle, agreementID: trust.expected)
            try compare(
                given, at: Time(milliseconds: at), size: TreeSize(UInt64(size)), with: reading.log)
            return reading.report
        }
        CheckOutcome.holds.report(
            ["trusted": .bool(report.isTrusted), "at": .integer(at), "size": .integer(size)],
            json: json
        ) {
            let trust = report.isTrusted ? "" : "; the bundle is only self-consistent"
            return
                "the state at \(Time(milliseconds: at)) over \(size) entries follows from the bundle\(trust)"
        }
    }

    private func compare(
        _ given: JSONObject, at: Time, size: TreeSize, with log: LogReplay
    ) throws(Failure) {
        var replay = log
        guard size <= replay.size else {
            throw .unknown(
                "\(state): the state speaks of \(size) entries, the bundle holds \(replay.size)",
                hint: "standstill bundle --node URL --out FILE makes a newer one")
        }
        if let difference = JSONDifference.first(.object(given), replay.state(at: at, size: size)) {
            throw .doesNotHold(
                "\(state): not the state that follows from the bundle, \(difference)")
        }
    }
}

extension JSONObject {
    /// Leaves only what the law says: `status --json` adds how far it could be checked.
    mutating func dropVerification() {
        self["verified"] = nil
        self["verification"] = nil
    }
}
