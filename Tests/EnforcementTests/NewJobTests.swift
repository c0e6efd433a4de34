// SPDX-License-Identifier: Apache-2.0

import Enforcement
import PauseAgreement
import Testing
import TransparencyLog

import enum Enforcement.Verdict

/// Jobs that ask to start.
@Suite struct NewJobTests {
    @Test func `without a measure everything starts`() {
        for activity in Activity.allCases where activity != .serving && activity != .evaluation {
            check(
                job(activity, "3e25"), under: Scene.running, "admitted",
                "no measure binds developer-a")
            check(job(activity), under: Scene.running, "admitted", "epoch 7")
        }
    }

    @Test func `a pause refuses covered work and cites article, cause and entry`() {
        check(
            job(.preTraining, "3e25"), under: Scene.paused, "refused",
            "pre-training of 3e25 FLOP is covered by the pause (article 6.4) because of cause c31 "
                + "(entry 31: research-automation crossed for model:fiction-1)")
    }

    @Test func `compute is compared with the threshold, and the threshold itself is covered`() {
        let (word, below) = (
            "refused", "is below the 1e24 FLOP from which the pause covers (article 6.4)"
        )
        check(job(.preTraining, "1e24"), under: Scene.paused, word, "article 6.4")
        check(job(.preTraining, "1.0e24"), under: Scene.paused, word, "article 6.4")
        check(
            job(.preTraining, "1000000000000000000000001e0"), under: Scene.paused, word,
            "article 6.4")
        check(job(.preTraining, "999999999999999999999999"), under: Scene.paused, "admitted", below)
        check(job(.preTraining, "9.99e23"), under: Scene.paused, "admitted", below)
        check(job(.preTraining, "0"), under: Scene.paused, "admitted", below)
    }

    @Test func `undeclared compute counts as more than any threshold`() {
        let cap = Scene.order(.notified, [Scene.measure(.cap, threshold: "1e40")])
        check(
            job(.preTraining), under: Scene.paused, "refused", "pre-training of undeclared compute")
        check(job(.preTraining), under: cap, "refused", "undeclared compute")
        check(job(.preTraining, "9e39"), under: cap, "admitted", "below the 1e40 FLOP")
    }

    @Test func `notify refuses nothing, cap, slow and pause refuse new covered work`() {
        for rung in Measure.allCases {
            let order = Scene.order(.notified, [Scene.measure(rung)])
            if rung == .notify {
                check(job(.preTraining, "3e25"), under: order, "admitted", "no measure binds")
            } else {
                check(job(.preTraining, "3e25"), under: order, "refused", "covered by the \(rung)")
            }
        }
    }

    @Test func `new work is refused from the call on, through the grace`() {
        check(
            job(.preTraining, "3e25"), under: Scene.called, "refused",
            "the pause called for 2026-11-24T12:00:00Z (article 6.4)")
        check(job(.preTraining, "1e20"), under: Scene.called, "admitted", "below")
    }

    @Test func `of several measures the strongest is named`() {
        let order = Scene.order(
            .paused, [Scene.measure(.cap), Scene.measure(.pause), Scene.measure(.slow)])
        check(job(.preTraining, "3e25"), under: order, "refused", "covered by the pause")
    }

    @Test func `only listed activities are covered`() {
        let order = Scene.order(.paused, [Scene.measure(.pause, activities: [.preTraining])])
        check(job(.preTraining, "3e25"), under: order, "refused", "article 6.4")
        check(
            job(.distillation, "3e25"), under: order, "admitted",
            "not covered by the pause (article 6.4)")
    }

    @Test func `a measure binds those it names, and no others`() {
        let order = Scene.order(.paused, [Scene.measure(.pause, parties: ["developer-b"])])
        check(job(.preTraining, "3e25"), under: order, "admitted", "no measure binds developer-a")
        check(job(.preTraining, "3e25"), under: order, as: "developer-b", "refused", "article 6.4")
    }

    @Test func `a site refuses the work of a tenant whom a measure binds`() {
        let order = Scene.order(.paused, [Scene.measure(.pause, parties: ["developer-b"])])
        let theirs = job(.preTraining, "3e25", for: .party("developer-b"))
        check(theirs, under: order, as: "operator-c", "refused", "article 6.4")
        check(
            job(.preTraining, "3e25"), under: order, as: "operator-c", "admitted",
            "no measure binds")
    }

    @Test func `a gate for a party that the agreement does not name cannot be made`() {
        #expect(Gate(agreement: Scene.agreement, party: "developer-z") == nil)
        #expect(Gate(agreement: Scene.agreement, party: "developer-a") != nil)
    }

    // MARK: - Self-pause

    @Test func `a self-pause stops its own model at any compute, and nobody else's`() {
        let order = Scene.order(.running, [Scene.selfPause()])
        let tuning = job(.postTraining, "1", model: "fiction-1")
        check(
            tuning, under: order, "refused",
            "the pause (article 6.4) through fiction-1 because of cause c12 "
                + "(entry 12: the developer stopped itself over model:fiction-1)")
        check(tuning, under: order, as: "developer-b", "admitted", "no measure binds developer-b")
        check(job(.preTraining, "3e25"), under: order, "admitted", "not covered")
        check(job(.postTraining, "3e25", model: "next"), under: order, "admitted", "not covered")
    }

    @Test
    func `work on some model, without saying which, is covered by a measure on certain models`() {
        let order = Scene.order(.running, [Scene.selfPause()])
        check(job(.postTraining, "1"), under: order, "refused", "the job names none")
        check(job(.internalResearchAgents), under: order, "refused", "the job names none")
    }

    // MARK: - Lineage

    @Test func `descendants of a covered model are covered, however small`() {
        for name in ["fiction-1", "mini", "nano", "open-4"] {
            for order in [Scene.paused, Scene.order(.running, [Scene.selfPause()])] {
                check(
                    job(.postTraining, "1", model: name), under: order, "refused",
                    "through fiction-1")
                check(
                    job(.preTraining, "1", parents: [name]), under: order, "refused",
                    "through fiction-1")
                check(
                    job(.distillation, "1", model: "unheard-of", parents: ["veteran-3", name]),
                    under: order, "refused", "through fiction-1")
            }
        }
        check(job(.postTraining, "1", model: "next"), under: Scene.paused, "admitted", "below")
        check(
            job(.postTraining, "1", parents: ["veteran-3"]), under: Scene.paused, "admitted",
            "below")
    }

    @Test
    func `where the agreement leaves descendants out, only the covered model itself is covered`() {
        let narrow = Scene.agreement(lineage: false)
        let own = job(.postTraining, "1", model: "fiction-1")
        check(own, under: Scene.paused, agreement: narrow, "refused", "through fiction-1")
        let child = job(.postTraining, "1", model: "mini")
        check(child, under: Scene.paused, agreement: narrow, "admitted", "below")
        let fromIt = job(.postTraining, "1", parents: ["fiction-1"])
        check(fromIt, under: Scene.paused, agreement: narrow, "refused", "through fiction-1")
    }

    @Test func `a circle of false registrations ends`() {
        let circle = [
            Scene.model("a", parents: ["b"]), Scene.model("b", parents: ["a", "fiction-1"]),
            Scene.model("fiction-1"),
        ]
        let order = Order(
            agreement: Scene.agreement.id, terms: Scene.agreement.terms, rules: 1, epoch: 7,
            state: .paused,
            measures: [Scene.measure(.pause)], causes: [Scene.cause], models: circle, expiry: nil,
            silentSince: nil, size: TreeSize(40), root: Digest.sha256([]), tick: Scene.now)
        check(job(.postTraining, "1", model: "a"), under: order, "refused", "through fiction-1")
    }

    // MARK: - Serving and other labels that free

    @Test func `serving a model released before the order to outside users goes on`() {
        for order in [Scene.paused, Scene.called, Scene.order(.running, [Scene.selfPause()])] {
            let serving = job(.serving, model: "veteran-3", for: .external)
            check(serving, under: order, "admitted", "serving veteran-3, released before the order")
            // Even a descendant of the accused, once it was released in time.
            check(
                job(.serving, model: "open-4", for: .external), under: order, "admitted", "open-4")
        }
    }

    @Test func `the label serving alone frees nothing`() {
        let disguises: [(Job, String)] = [
            (job(.serving, "1", model: "fiction-1"), "since it is not for outside users"),
            (job(.serving, "3e25", model: "veteran-3"), "since it is not for outside users"),
            (
                job(.serving, model: "fiction-1", for: .external),
                "fiction-1 was not released before the order"
            ),
            (
                job(.serving, model: "late-2", for: .external),
                "late-2 was not released before the order"
            ),
            (job(.serving, model: "unheard-of", for: .external), "its model is not registered"),
            (job(.serving, for: .external), "it names no model"),
            (
                job(.serving, model: "veteran-3", parents: ["fiction-1"], for: .external),
                "it builds on models that veteran-3 was not registered with"
            ),
            (
                job(.serving, model: "veteran-3", for: .party("developer-b")),
                "not for outside users"
            ),
        ]
        for (disguise, words) in disguises {
            check(disguise, under: Scene.paused, "refused", words)
            check(disguise, under: Scene.paused, "refused", "counts as internal-research-agents")
        }
        check(job(.serving, "1", model: "next"), under: Scene.paused, "admitted", "below")
    }

    @Test func `a label that hides its activity is covered by whatever the measure lists`() {
        let order = Scene.order(.paused, [Scene.measure(.pause, activities: [.preTraining])])
        check(job(.serving, "3e25"), under: order, "refused", "article 6.4")
        check(job(.safetyResearch, "3e25"), under: order, "refused", "article 6.4")
        check(job(.evaluation, "3e25"), under: order, "refused", "article 6.4")
    }

    @Test func `where a digest is registered twice, the stricter registration counts`() {
        let twice =
            Scene.models + [
                ModelStanding(
                    name: "veteran-3-copy", digest: Scene.digest("veteran-3"),
                    developer: "developer-b",
                    parents: [], released: nil, entry: LogIndex(21))
            ]
        let order = Order(
            agreement: Scene.agreement.id, terms: Scene.agreement.terms, rules: 1, epoch: 7,
            state: .paused,
            measures: [Scene.measure(.pause)], causes: [Scene.cause], models: twice, expiry: nil,
            silentSince: nil, size: TreeSize(40), root: Digest.sha256([]), tick: Scene.now)
        check(
            job(.serving, model: "veteran-3", for: .external), under: order, "refused",
            "not released")
    }

    @Test func `evaluation is free for evaluators and auditors of the agreement only`() {
        for party in [Scene.evaluator, "auditor-1"] {
            let evaluation = job(.evaluation, model: "fiction-1", for: .party(party))
            check(
                evaluation, under: Scene.paused, "admitted",
                "evaluation by \(party) is never stopped")
        }
        for tenant in [Tenant.internal, .external, .party("developer-b"), .party("evaluator-9")] {
            let claimed = job(.evaluation, model: "fiction-1", for: tenant)
            check(claimed, under: Scene.paused, "refused", "its tenant is no evaluator or auditor")
        }
        let training = job(.postTraining, "3e25", for: .party(Scene.evaluator))
        check(training, under: Scene.paused, "refused", "post-training")
    }

    @Test func `evaluation is covered where the agreement says so`() {
        let agreement = Scene.agreement(coversEvaluation: true)
        let order = Scene.order(
            .paused, [Scene.measure(.pause, activities: Scene.work + [.evaluation])])
        let evaluation = job(.evaluation, model: "fiction-1", for: .party(Scene.evaluator))
        check(
            evaluation, under: order, agreement: agreement, "refused", "evaluation by evaluator-1")
        check(evaluation, under: nil, agreement: agreement, "refused", "no order was ever believed")
    }

    @Test func `safety research has no allowance, so it is free below the threshold only`() {
        check(job(.safetyResearch, "1e23"), under: Scene.paused, "admitted", "below")
        check(job(.safetyResearch, "1e25"), under: Scene.paused, "refused", "has no allowance")
        check(
            job(.safetyResearch, "1", model: "fiction-1"), under: Scene.paused, "refused",
            "through fiction-1")
    }

    // MARK: - Orders that are missing, old or contradicted

    @Test func `without any order covered work is refused, small work is not`() {
        check(job(.preTraining, "1e24"), under: nil, "refused", "unknown is not an all-clear")
        check(job(.preTraining), under: nil, "refused", "no order was ever believed here")
        check(job(.internalResearchAgents), under: nil, "refused", "(article 11)")
        check(job(.preTraining, "9e23"), under: nil, "admitted", "below the 1e24 FLOP")
        // Nobody knows what was released.
        check(
            job(.serving, model: "veteran-3", for: .external), under: nil, "refused",
            "not registered")
        check(
            job(.evaluation, for: .party(Scene.evaluator)), under: nil, "admitted", "never stopped")
    }

    @Test func `an order counts for the lease, to the millisecond`() {
        let end = Scene.now + Scene.lease
        let after = end + TimeSpan(milliseconds: 1)
        let training = job(.preTraining, "3e25")
        check(training, under: Scene.running, at: end, "admitted", "no measure binds")
        check(training, under: Scene.running, at: after, "refused", "older than the lease of 2 h")
        check(
            job(.preTraining, "9e23"), under: Scene.running, at: after, "admitted", "no fresh order"
        )
        let serving = job(.serving, model: "veteran-3", for: .external)
        check(serving, under: Scene.running, at: after, "admitted", "veteran-3")
    }

    @Test func `an old pause stays a pause`() {
        let later = Scene.now + TimeSpan("90 d")!
        check(job(.preTraining, "3e25"), under: Scene.paused, at: later, "refused", "article 6.4")
        // Small work on the accused model, which no order's age alone would stop.
        let small = job(.postTraining, "1", model: "nano")
        check(small, under: Scene.paused, at: later, "refused", "through fiction-1")
        check(small, under: Scene.running, at: later, "admitted", "below")
    }

    @Test func `a clock that is behind does not make a called pause wait`() {
        let from = Scene.now + TimeSpan("72 h")!
        let held = Scene.order(.paused, [Scene.measure(.pause, from: from)], tick: from)
        let behind = Scene.now - TimeSpan("900 d")!
        check(
            job(.preTraining, "3e25", running: true), under: held, at: behind, "hold", "article 6.4"
        )
    }

    @Test func `after the agreement's end no order grows stale`() {
        let later = Scene.now + TimeSpan("900 d")!
        let training = job(.preTraining, "3e25")
        check(training, under: Scene.order(.ended), at: later, "admitted", "ended")
        check(training, under: Scene.order(.openForSignature), at: later, "refused", "lease")
        let lapsed = Scene.order(.ended, [Scene.measure(.cap)])
        check(training, under: lapsed, at: later, "refused", "covered by the cap")
    }

    @Test func `a contradicted order admits no new covered work, and stops nothing`() {
        let gate = Gate(agreement: Scene.agreement, party: "developer-a")!
        let order = Scene.believed(Scene.running).contradicted()
        func verdict(_ job: Job) -> Verdict {
            gate.decide(job, order: order, allowedUntil: nil, now: Scene.now)
        }
        #expect(verdict(job(.preTraining, "3e25")).word == "refused")
        #expect(verdict(job(.preTraining, "3e25")).sentence.contains("two orders of one rank"))
        #expect(verdict(job(.preTraining, "1")).word == "admitted")
        #expect(verdict(job(.serving, model: "veteran-3", for: .external)).word == "admitted")
        #expect(verdict(job(.preTraining, "3e25", running: true)).word == "go-on")
    }

    @Test func `silence of the node is a cause without an entry`() {
        let silence = CauseInForce(
            id: "silence", kind: .silence, trigger: nil, subject: nil, standing: .automatic,
            entry: nil,
            since: Scene.now, expiry: nil, clause: "11")
        let order = Scene.order(
            .running, [Scene.measure(.cap, causes: ["silence"])], causes: [silence])
        let verdict = check(
            job(.preTraining, "3e25"), under: order, "refused",
            "because of cause silence (the node has been silent since 2026-11-21T12:00:00Z)")
        #expect(verdict.reason.coverage?.causes.first?.entry == nil)
    }
}
