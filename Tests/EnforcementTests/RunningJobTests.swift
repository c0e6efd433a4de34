// SPDX-License-Identifier: Apache-2.0

import Enforcement
import PauseAgreement
import Testing
import TransparencyLog

/// Jobs that run when an order reaches the gate, or when none does.
@Suite struct RunningJobTests {
    private let training = job(.preTraining, "3e25", running: true)
    private let end = Scene.now + Scene.lease

    private func minutes(_ count: Int64) -> Time {
        Scene.now + TimeSpan(milliseconds: count * 60_000)
    }

    @Test func `while nothing is in force, a job goes on for one lease`() {
        let verdict = check(training, under: Scene.running, "go-on", "no measure binds")
        #expect(verdict.allowedUntil(after: nil) == end)
        #expect(verdict.allowedUntil(after: Scene.now) == end)
    }

    @Test func `a pause without grace saves within the lease that is left, then holds`() {
        let mark = minutes(90)
        let saving = check(training, under: Scene.paused, allowedUntil: mark, "save", "article 6.4")
        guard case .save(mark, _) = saving else {
            Issue.record("\(saving)")
            return
        }
        #expect(saving.allowedUntil(after: mark) == mark)
        check(
            training, under: Scene.paused, at: minutes(89), allowedUntil: mark, "save",
            "article 6.4")
        check(training, under: Scene.paused, at: mark, allowedUntil: mark, "hold", "article 6.4")
        check(training, under: Scene.paused, allowedUntil: nil, "hold", "article 6.4")
    }

    @Test
    func `a called pause saves by its beginning, and then holds although a lease would be left`() {
        let saving = check(training, under: Scene.called, allowedUntil: end, "save", "called for")
        guard case .save(let by, _) = saving else { return }
        #expect(by == Scene.now + TimeSpan("72 h")!)
        // The promise to stop does not lengthen what an order allowed.
        #expect(saving.allowedUntil(after: end) == end)
        #expect(saving.allowedUntil(after: nil) == nil)

        let soon = Scene.order(.called, [Scene.measure(.pause, from: minutes(10))])
        let sooner = check(training, under: soon, allowedUntil: end, "save", "called for")
        #expect(sooner.allowedUntil(after: end) == minutes(10))
        check(
            training, under: soon, at: minutes(9), allowedUntil: minutes(10), "save", "called for")
        check(
            training, under: soon, at: minutes(10), allowedUntil: minutes(10), "hold", "article 6.4"
        )
    }

    @Test func `in the grace a job goes on only while orders come`() {
        let late = end + TimeSpan(milliseconds: 1)
        check(training, under: Scene.called, at: end, allowedUntil: end, "save", "called for")
        check(training, under: Scene.called, at: late, allowedUntil: end, "hold", "no fresh order")
    }

    @Test func `the earliest of several pauses counts`() {
        let both = Scene.order(
            .called,
            [
                Scene.measure(.pause, from: minutes(600)), Scene.measure(.pause, from: minutes(60)),
            ])
        guard
            case .save(let by, _) = check(
                training, under: both, allowedUntil: end, "save", "called")
        else { return }
        #expect(by == minutes(60))
        let now = Scene.order(
            .called, [Scene.measure(.pause, from: minutes(600)), Scene.measure(.pause)])
        check(training, under: now, allowedUntil: nil, "hold", "article 6.4")
    }

    @Test func `cap and slow let running work go on`() {
        for rung in [Measure.notify, .cap, .slow] {
            let order = Scene.order(.notified, [Scene.measure(rung)])
            check(
                training, under: order, allowedUntil: end, "go-on",
                rung == .notify ? "no measure" : "the \(rung)")
        }
    }

    @Test func `a late tick is a warning to save, and the end of the lease a hold`() {
        // Interval 1 h and skew 5 min: after 65 minutes the next order is overdue.
        check(training, under: Scene.running, at: minutes(64), "go-on", "no measure")
        let warned = check(
            training, under: Scene.running, at: minutes(65), "save", "the next order is late")
        guard case .save(let by, _) = warned else { return }
        #expect(by == end)
        check(training, under: Scene.running, at: end, allowedUntil: end, "save", "late")
        let over = end + TimeSpan(milliseconds: 1)
        check(
            training, under: Scene.running, at: over, allowedUntil: end, "hold",
            "older than the lease")
    }

    @Test func `a fresh all-clear lets a held job go on`() {
        let fresh = Scene.order(epoch: 8, tick: minutes(500))
        check(training, under: fresh, at: minutes(500), allowedUntil: Scene.now, "go-on", "epoch 8")
    }

    @Test func `a gate that lost its orders keeps the lease that it wrote down`() {
        check(training, under: nil, allowedUntil: end, "save", "no order was ever believed")
        check(
            training, under: nil, at: end, allowedUntil: end, "hold", "no order was ever believed")
        check(training, under: nil, "hold", "no order was ever believed")
    }

    @Test func `serving, evaluators' work and small work need no order`() {
        let later = minutes(10_000)
        let free = [
            job(.serving, model: "veteran-3", for: .external, running: true),
            job(.evaluation, for: .party(Scene.evaluator), running: true),
            job(.preTraining, "9e23", running: true),
        ]
        for one in free {
            check(one, under: Scene.running, at: later, "go-on", "")
            check(one, under: Scene.paused, at: later, "go-on", "")
        }
        guard case .goOn(nil, _) = check(free[0], under: Scene.paused, "go-on", "never stopped")
        else {
            Issue.record("serving has a lease")
            return
        }
    }

    @Test func `after the agreement's end running work has no lease`() {
        let ended = Scene.order(.ended)
        guard
            case .goOn(nil, _) = check(
                training, under: ended, at: minutes(10_000), "go-on", "ended")
        else {
            Issue.record("a lease that nobody can renew")
            return
        }
    }

    @Test func `small work on the accused model is saved and held, too`() {
        let small = job(.postTraining, "1", model: "nano", running: true)
        guard case .goOn(end, _) = check(small, under: Scene.running, "go-on", "no measure") else {
            Issue.record("no lease that a pause could end")
            return
        }
        check(small, under: Scene.paused, allowedUntil: end, "save", "through fiction-1")
        check(small, under: Scene.paused, at: end, allowedUntil: end, "hold", "through fiction-1")
        check(
            small, under: Scene.called, at: minutes(900), allowedUntil: end, "hold",
            "no fresh order")
    }

    @Test func `a self-pause of another party holds nobody here`() {
        let order = Scene.order(.running, [Scene.selfPause(of: "developer-b")])
        let own = job(.postTraining, "1", model: "fiction-1", running: true)
        check(own, under: order, "go-on", "no measure binds developer-a")
        check(own, under: order, as: "developer-b", "hold", "the developer stopped itself")
    }

    /// Plays hours of ticks: what a job may do never outlasts the last order that allowed it by
    /// more than one lease, whatever order comes or fails to come.
    @Test(arguments: 0..<16)
    func `no running job outlives its lease`(seed: Int) {
        let gate = Gate(agreement: Scene.agreement, party: "developer-a")!
        var mark: Time?
        var order: Order?
        var lastAllowing = Scene.now
        for step in 0..<48 {
            let now = minutes(Int64(step) * 20)
            switch (seed &* 2_654_435_761 &+ step &* 40_503) >> 4 & 7 {
            case 0, 1, 2: order = Scene.order(tick: now)
            case 3: order = Scene.order(.paused, [Scene.measure(.pause, from: now)], tick: now)
            case 4:
                order = Scene.order(
                    .called, [Scene.measure(.pause, from: now + TimeSpan("1 h")!)], tick: now)
            default: break
            }
            if order?.measures.isEmpty == true, let tick = order?.tick { lastAllowing = tick }
            let called =
                order?.measures.contains { $0.from > now } == true
                && now <= order!.tick + Scene.lease
            let verdict = gate.decide(
                training, order: order.map { Scene.believed($0) }, allowedUntil: mark, now: now)
            if now > lastAllowing + Scene.lease, !called {
                #expect(verdict.word == "hold", "seed \(seed), step \(step): \(verdict.sentence)")
            }
            mark = verdict.allowedUntil(after: mark)
            if let mark {
                #expect(mark <= lastAllowing + Scene.lease, "seed \(seed), step \(step)")
            }
        }
    }
}
