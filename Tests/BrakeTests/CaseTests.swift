// SPDX-License-Identifier: Apache-2.0

import Foundation
import PauseAgreement
import Testing
import TransparencyLog

@testable import Brake

/// Every case in Vectors/cases, and what must hold of every log that one leaves behind.
@Suite struct CaseTests {
    static let files: [String] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: Scene.cases.path)) ?? []
        return names.filter { $0.hasSuffix(".case") }.sorted()
    }()

    @Test func `there are cases to play`() {
        #expect(CaseTests.files.count >= 40)
    }

    @Test(arguments: files)
    func `the case comes out as it is written`(file: String) throws {
        let text = try String(contentsOf: Scene.cases.appending(path: file), encoding: .utf8)
        do {
            let play = try CaseRun.play(text)
            try checkInvariants(of: play)
        } catch let fault as CaseFault {
            Issue.record("\(file), \(fault)")
        }
    }

    @Test(arguments: [
        ("expect brake paused", "expected paused"),
        ("norland votes yes on q1", "refused"),
        ("norland dances", "the line ends"),
        ("councillor-1 votes yes on q9", "no effect"),
        ("norland withdraws -> without effect: has not joined", "had an effect"),
        ("evaluator-1 measures horizon of fiction-1: 600 minutes", "expected a number and a unit"),
        ("expect party norland free today", "not understood"),
        ("developer-a stops at north-1 since day 2", "no effect"),
        ("expect site north-1 of developer-a correctness pass", "has no site north-1"),
        ("expect milestone oversight reached", "expected true"),
        ("expect self-reports by norland", "expected"),
        ("auditor-1 finds north-1 of developer-a: fine, from day 1 to day 2", "fine"),
        ("developer-a reports north-1 every day from day 1", "expected \"to day\""),
    ])
    func `a case that says what is not so fails, and says at which line`(line: String, says: String)
    {
        let text =
            "agreement two-state-pause\nday 1 the log opens\nday 2 everybody joins\n\(line)\n"
        do {
            _ = try CaseRun.play(text)
            Issue.record("\(line): nothing was found wrong")
        } catch {
            #expect("\(error)".contains("line 4"), "\(error)")
            #expect("\(error)".contains(says), "\(error)")
        }
    }
}
