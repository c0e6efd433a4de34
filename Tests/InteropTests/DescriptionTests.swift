// SPDX-License-Identifier: Apache-2.0

import Testing

/// What nodes say about themselves, tried by a program that believes it and sends everything that
/// it allows, and much that it does not.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct DescriptionTests {
    @Test func `a node, a monitor and a witness answer what they describe, and nothing else`()
        async throws
    {
        let environment = try PythonEnvironment.ofDescriptions()
        let log = try await RunningLog.start()
        try log.submitExample()
        try await log.awaitOrder()
        let witness = try await log.startWitness(named: "monitor-4")
        let report = try environment.run(
            "check_api.py",
            ["log=\(log.url)", "monitor=\(log.monitorURLs[0])", "witness=\(witness.url)"],
            in: log.folder)
        for name in ["log", "monitor", "witness"] {
            let line = report.split(separator: "\n").first {
                $0.hasPrefix("schemathesis: \(name): ")
            }
            let words = try #require(line).split(separator: " ")
            #expect(try #require(Int(words[2])) >= 50, "\(report)")
            #expect(line?.hasSuffix("nothing wrong") == true, "\(report)")
        }
    }
}
