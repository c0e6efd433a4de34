// SPDX-License-Identifier: Apache-2.0

import Enforcement
import PauseAgreement
import Testing
import TransparencyLog

/// What each rung of the ladder would mean for a job.
@Suite struct ForecastTests {
    private let gate = Gate(agreement: Scene.agreement, party: "developer-a")!

    /// Under `notify`, `cap`, `slow` and `pause`: `y` for free, `n` for not; and these words in the
    /// reason under a pause.
    private func check(
        _ job: Job, _ free: String, _ words: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let found = gate.forecasts(for: job, models: Scene.models)
        #expect(found.map(\.measure) == Measure.allCases, sourceLocation: sourceLocation)
        let letters = String(found.map { $0.isFree ? "y" : "n" })
        let sentence = found.last?.sentence ?? ""
        #expect(letters == free, "\(found.map(\.sentence))", sourceLocation: sourceLocation)
        #expect(sentence.contains(words), "\(sentence)", sourceLocation: sourceLocation)
    }

    @Test func `follows activity and threshold of each rung`() {
        check(job(.preTraining, "9e23"), "yyyy", "below the 1e24 FLOP from which the pause covers")
        check(job(.preTraining, "1e24"), "yyyn", "is covered by the pause (article 6.4)")
        check(job(.preTraining, "1e25"), "yynn", "is covered by the pause (article 6.4)")
        check(job(.preTraining, "1e26"), "ynnn", "is covered by the pause (article 6.4)")
        check(job(.preTraining), "ynnn", "undeclared compute")
    }

    @Test func `lets what runs go on under all but a pause`() {
        check(job(.preTraining, "1e26", running: true), "yyyn", "is covered by the pause")
        let slow = gate.forecasts(
            for: job(.preTraining, "1e26", running: true), models: Scene.models)[2]
        #expect(slow.sentence == "the slow lets running work go on (article 6.3)")
    }

    @Test func `frees serving and evaluation only where they are borne out`() {
        check(job(.serving, model: "veteran-3", for: .external), "yyyy", "is never stopped")
        check(job(.serving, model: "veteran-3"), "ynnn", "it is not for outside users")
        check(job(.serving, model: "late-2", for: .external), "ynnn", "was not released before")
        check(job(.evaluation, for: .party(Scene.evaluator)), "yyyy", "is never stopped")
        check(job(.evaluation), "ynnn", "its tenant is no evaluator or auditor")
    }

    @Test func `says what the gate then decides`() {
        for compute in ["9e23", "1e24", "1e25", "1e26"] {
            for activity in Activity.allCases {
                let job = job(activity, compute, model: "veteran-3", for: .external)
                for forecast in gate.forecasts(for: job, models: Scene.models) {
                    let terms = Scene.agreement.measure(forecast.measure)!
                    let measure = Scene.measure(
                        forecast.measure, activities: terms.activities,
                        threshold: terms.threshold.description)
                    let order = Scene.believed(Scene.order(.notified, [measure]))
                    let verdict = gate.decide(
                        job, order: order, allowedUntil: nil, now: Scene.now)
                    #expect(
                        (verdict.word == "admitted") == forecast.isFree,
                        "\(activity) \(compute) under \(forecast.measure): \(verdict.sentence)")
                }
            }
        }
    }

    @Test func `names the models through which a job would be covered, whatever its size`() {
        func names(_ job: Job, under agreement: Agreement = Scene.agreement) -> [String] {
            Gate(agreement: agreement, party: "developer-a")!
                .lineage(of: job, models: Scene.models)
        }
        let small = job(.postTraining, "1e18", parents: ["nano"])
        #expect(names(small) == ["fiction-1", "mini", "nano"])
        #expect(names(small, under: Scene.agreement(lineage: false)) == ["nano"])
        #expect(names(job(.preTraining, "1e18")) == [])
        #expect(names(job(.serving, model: "veteran-3", for: .external)) == [])
        #expect(names(job(.serving, model: "veteran-3")) == ["veteran-3"])
        // What the gate then decides: the cause is about fiction-1.
        let order = Scene.believed(Scene.paused)
        let verdict = gate.decide(small, order: order, allowedUntil: nil, now: Scene.now)
        #expect(verdict.sentence.contains("through fiction-1"))
    }
}
