// SPDX-License-Identifier: Apache-2.0

import Enforcement
import Foundation
import Gates
import PauseAgreement
import Testing
import TransparencyLog

/// Requests for jobs: what is read, and what is refused at which place.
@Suite struct JobFileTests {
    private let digest = String(repeating: "ab", count: 32)

    private func parse(_ text: String) throws -> Job {
        try JobFile.parse(JSON.parse(Array(text.utf8)), under: Scene.agreement)
    }

    private func check(
        _ text: String, refusedAt pointer: String, location: SourceLocation = #_sourceLocation
    ) {
        do {
            let job = try parse(text)
            Issue.record("read as \(job)", sourceLocation: location)
        } catch let fault as MalformedStatement {
            #expect(fault.pointer == pointer, "\(fault)", sourceLocation: location)
        } catch {
            Issue.record("\(error)", sourceLocation: location)
        }
    }

    @Test func `all members are read`() throws {
        let job = try parse(
            """
            {"job":"run-17","activity":"post-training","compute":"3e25 FLOP","model":"\(digest)",
             "parents":["\(digest)"],"tenant":"evaluator-1","running":true}
            """)
        #expect(
            job
                == Job(
                    id: "run-17", activity: .postTraining, compute: ExactDecimal("3e25"),
                    model: Digest(hex: digest), parents: [Digest(hex: digest)!],
                    tenant: .party("evaluator-1"), running: true))
    }

    @Test func `what is left out is unknown, not nothing`() throws {
        let job = try parse(#"{"job":"a/b:1","activity":"serving","tenant":"external"}"#)
        #expect(job.compute == nil && job.model == nil && job.parents.isEmpty && !job.running)
        #expect(job.tenant == .external)
    }

    @Test func `every activity and both plain tenants are known`() throws {
        for activity in Activity.allCases {
            let job = try parse(
                #"{"job":"1","activity":"\#(activity.rawValue)","tenant":"internal"}"#)
            #expect(job.activity == activity)
            #expect(job.tenant == .internal)
        }
    }

    @Test func `wrong members are refused at their place`() {
        check(#"[]"#, refusedAt: "")
        check(#"{"activity":"serving","tenant":"internal"}"#, refusedAt: "/job")
        check(#"{"job":"","activity":"serving","tenant":"internal"}"#, refusedAt: "/job")
        check(#"{"job":"a b","activity":"serving","tenant":"internal"}"#, refusedAt: "/job")
        check(#"{"job":"a\nb","activity":"serving","tenant":"internal"}"#, refusedAt: "/job")
        check(#"{"job":"1","activity":"thinking","tenant":"internal"}"#, refusedAt: "/activity")
        check(#"{"job":"1","tenant":"internal"}"#, refusedAt: "/activity")
        check(#"{"job":"1","activity":"serving"}"#, refusedAt: "/tenant")
        check(#"{"job":"1","activity":"serving","tenant":"stranger"}"#, refusedAt: "/tenant")
        check(
            #"{"job":"1","activity":"serving","tenant":"internal","cumpute":"1 FLOP"}"#,
            refusedAt: "/cumpute")
        for compute in ["3e25", "3e25 FLOPS", "-1 FLOP", "1 h", "NaN FLOP", ""] {
            check(
                #"{"job":"1","activity":"serving","tenant":"internal","compute":"\#(compute)"}"#,
                refusedAt: "/compute")
        }
        check(
            #"{"job":"1","activity":"serving","tenant":"internal","compute":3}"#,
            refusedAt: "/compute")
        check(
            #"{"job":"1","activity":"serving","tenant":"internal","model":"AB"}"#,
            refusedAt: "/model")
        check(
            #"{"job":"1","activity":"serving","tenant":"internal","parents":"ab"}"#,
            refusedAt: "/parents")
        check(
            #"{"job":"1","activity":"serving","tenant":"internal","parents":[1]}"#,
            refusedAt: "/parents/0")
        check(
            #"{"job":"1","activity":"serving","tenant":"internal","running":1}"#,
            refusedAt: "/running")
    }

    // MARK: - The demonstration's jobs

    /// What the gate says to each of them while a pause because of fiction-1 is in force.
    @Test(arguments: [
        (
            "covered-training",
            "refused: pre-training of 3e25 FLOP is covered by the pause (article 6.4)"
        ),
        ("below-threshold", "admitted: post-training of 2e22 FLOP is below the 1e24 FLOP"),
        (
            "serving-released",
            "admitted: serving veteran-3, released before the order, to outside users"
        ),
        (
            "disguised-inference",
            "labelled serving, which counts as internal-research-agents since it is not"
        ),
    ])
    func `the example jobs get the verdicts that they are examples of`(name: String, words: String)
        throws
    {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let file = root.appendingPathComponent("Examples/frontier-pause/jobs/\(name).json")
        let job = try JobFile.parse(
            JSON.parse(Array(Data(contentsOf: file))), under: Scene.agreement)
        let order = Scene.believed(Scene.order(pausedFrom: Scene.start))
        let verdict = Scene.gate.decide(job, order: order, allowedUntil: nil, now: Scene.start)
        #expect(verdict.sentence.contains(words), "\(verdict.sentence)")
        let before = Scene.believed(Scene.order())
        let unpaused = Scene.gate.decide(job, order: before, allowedUntil: nil, now: Scene.start)
        #expect(unpaused.word == "admitted", "\(unpaused.sentence)")
    }
}
