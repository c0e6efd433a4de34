// SPDX-License-Identifier: Apache-2.0

import Testing

/// A running node, checked by programs that this project's authors did not write, and by one
/// written from the specifications alone.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct InteropTests {
    @Test func `log, receipts and orders hold for a program written from the specifications`()
        async throws
    {
        let environment = try PythonEnvironment.ofAuthors()
        let log = try await RunningLog.start()
        let parties = try log.submitExample()
        try await log.awaitOrder()
        let report = try environment.run(
            "check_log.py", [log.url, log.agreementID], in: log.folder)
        #expect(report.contains("cosigned by 3") || report.contains("cosigned by 4"), "\(report)")
        #expect(
            report.contains("\(parties) accession, 1 measurement, 1 model, 1 opening"), "\(report)")
        #expect(report.contains("receipts: \(parties + 3), each verified"), "\(report)")
        #expect(report.contains("controls: 5 wrong inputs refused"), "\(report)")
        #expect(!report.contains("orders: 0"), "\(report)")
    }

    @Test func `statements hold for the libraries of their standards' authors`() async throws {
        let environment = try PythonEnvironment.ofAuthors()
        let log = try await RunningLog.start()
        let count = try log.submitExample() + 3
        let report = try environment.run("check_statements.py", [log.url], in: log.folder)
        #expect(
            report.contains("securesystemslib: \(count) envelopes verified, \(count) changed"),
            "\(report)")
        #expect(report.contains("in-toto-attestation: \(count) statements valid"), "\(report)")
    }

    @Test func `sealed mail opens for a program written from the specifications`() async throws {
        let environment = try PythonEnvironment.ofAuthors()
        let log = try await RunningLog.start()
        try log.submitExample()
        let said = try log.submitSealed(
            "site", by: "developer-a",
            #"{"site": "north-1", "emulated": true, "devices": 41872, "location": "fjord ✓"}"#)
        #expect(said.contains("sealed for auditor-1: devices, location"), "\(said)")
        #expect(said.contains("sealed for auditor-2: devices, location"), "\(said)")
        let report = try environment.run(
            "check_mail.py",
            [log.url, "auditor-1", log.key("auditor-1"), log.key("auditor-1", sealing: true)],
            in: log.folder)
        #expect(report.contains("site of developer-a: devices = 41872"), "\(report)")
        #expect(report.contains(#"location = "fjord \u2713""#), "\(report)")
        #expect(report.contains("messages: 1, each opened"), "\(report)")
        #expect(report.contains("the same request again: 4"), "\(report)")
        #expect(report.contains("left after acknowledging: 0"), "\(report)")
    }

    @Test func `log and witness hold for other people's transparency-log programs`() async throws {
        let environment = try PythonEnvironment.ofAnotherLog()
        let log = try await RunningLog.start()
        let witness = try await log.startWitness(named: "monitor-4")
        let arguments = [log.url, log.agreementID, witness.url, witness.vkey]
        // Twice, so that the second time the witness has to be shown that the log only grew.
        try await log.awaitOrder()
        let small = try environment.run("check_with_aics.py", arguments, in: log.folder)
        #expect(small.contains("aics-witness: cosigned by our witness at sizes [1]"), "\(small)")
        let count = try log.submitExample() + 3
        try await log.awaitOrder()
        let grown = try environment.run("check_with_aics.py", arguments, in: log.folder)
        #expect(grown.contains("aics-tlog: checkpoint of \(count) entries verified, "), "\(grown)")
        #expect(grown.contains("aics-tlog: \(count) receipts verified"), "\(grown)")
        #expect(grown.contains("aics-witness: cosigned by our witness at sizes"), "\(grown)")
    }
}
