// SPDX-License-Identifier: Apache-2.0

import Enforcement
import PauseAgreement
import Testing
import TransparencyLog

/// Laws that hold for every job under every order of a small world.
@Suite struct EveryCombinationTests {
    private static let computes: [String?] = [nil, "9e23", "1e24", "1e30"]
    private static let models: [String?] = [
        nil, "fiction-1", "nano", "veteran-3", "late-2", "unheard-of",
    ]
    private static let parents: [[String]] = [[], ["mini"], ["veteran-3"]]
    private static let tenants: [Tenant] = [
        .internal, .external, .party(Scene.evaluator), .party("developer-b"),
    ]

    static let orders: [Order] = [
        Scene.running, Scene.paused, Scene.called, Scene.order(.running, [Scene.selfPause()]),
        Scene.order(.running, [Scene.selfPause(of: "developer-b")]),
        Scene.order(.notified, [Scene.measure(.notify)]),
        Scene.order(.notified, [Scene.measure(.cap)]),
        Scene.order(
            .paused, [Scene.measure(.pause, activities: [.preTraining], threshold: "1e25")]),
    ]

    private static let jobs: [Job] = Activity.allCases.flatMap { activity in
        computes.flatMap { compute in
            models.flatMap { model in
                parents.flatMap { parents in
                    tenants.map { job(activity, compute, model: model, parents: parents, for: $0) }
                }
            }
        }
    }

    private let gate = Gate(agreement: Scene.agreement, party: "developer-a")!

    private func isAdmitted(_ job: Job, _ order: BelievedOrder?, at time: Time = Scene.now) -> Bool
    {
        switch gate.decide(job, order: order, allowedUntil: nil, now: time) {
        case .admitted: true
        case .refused: false
        case .goOn, .save, .hold:
            fatalError("a new job got a verdict for running ones")
        }
    }

    /// Expects no job of the small world to break the law; names the first that does.
    private func expectNone(
        _ breaks: (Job) -> Bool, location: SourceLocation = #_sourceLocation
    ) {
        let breaking = EveryCombinationTests.jobs.first(where: breaks)
        #expect(breaking == nil, sourceLocation: location)
    }

    @Test(arguments: orders) func `leaving compute out never helps`(order: Order) {
        let order = Scene.believed(order)
        expectNone { isAdmitted($0.with(compute: nil), order) && !isAdmitted($0, order) }
    }

    @Test(arguments: orders) func `a freeing label without proof never helps`(order: Order) {
        let order = Scene.believed(order)
        expectNone { job in
            guard job.tenant == .internal, Scene.work.contains(job.activity) else { return false }
            return [Activity.serving, .evaluation, .safetyResearch].contains { label in
                isAdmitted(job.with(activity: label), order) && !isAdmitted(job, order)
            }
        }
    }

    @Test(arguments: orders) func `doubt never admits what a fresh order would not`(order: Order) {
        let order = Scene.believed(order)
        let late = Scene.now + TimeSpan("3 h")!
        expectNone { job in
            guard !isAdmitted(job, order) else { return false }
            return isAdmitted(job, order, at: late) || isAdmitted(job, order.contradicted())
        }
    }

    @Test func `a fresh all-clear admits everything`() {
        let clear = Scene.believed(Scene.running)
        expectNone { !isAdmitted($0, clear) }
    }

    @Test func `what is big, internal and unknown is refused by every doubt`() {
        let doubts: [(BelievedOrder?, Time)] = [
            (nil, Scene.now), (Scene.believed(Scene.running), Scene.now + TimeSpan("3 h")!),
            (Scene.believed(Scene.running).contradicted(), Scene.now),
        ]
        expectNone { job in
            guard job.tenant == .internal else { return false }
            let isSmall = job.compute.map { $0 < Scene.flop("1e24") } ?? false
            return doubts.contains { isAdmitted(job, $0.0, at: $0.1) != isSmall }
        }
    }

    @Test(arguments: orders) func `one more measure never frees anything`(order: Order) {
        let more = Scene.measure(.slow, models: ["late-2"], threshold: "1e20")
        let stricter = Scene.believed(Scene.order(order.state, order.measures + [more]))
        let given = Scene.believed(order)
        expectNone { isAdmitted($0, stricter) && !isAdmitted($0, given) }
    }

    @Test(arguments: orders) func `only a pause stops what runs, and what it stops may not start`(
        order: Order
    ) {
        let order = Scene.believed(order)
        expectNone { job in
            let verdict = gate.decide(
                job.with(running: true), order: order, allowedUntil: nil, now: Scene.now)
            let stops = verdict.word == "hold" || verdict.word == "save"
            let pauses = verdict.reason.coverage?.measure.measure == .pause
            return stops != pauses || (stops && isAdmitted(job, order))
        }
    }

    @Test(arguments: orders) func `serving what was released in time is always admitted`(
        order: Order
    ) {
        let order = Scene.believed(order)
        let later = Scene.now + TimeSpan("900 d")!
        expectNone { job in
            guard job.activity == .serving, job.tenant == .external,
                job.model == Scene.digest("veteran-3"),
                !job.parents.contains(Scene.digest("mini"))
            else { return false }
            return !isAdmitted(job, order) || !isAdmitted(job, order, at: later)
        }
    }
}

extension Job {
    fileprivate func with(activity: Activity) -> Job {
        Job(
            id: id, activity: activity, compute: compute, model: model, parents: parents,
            tenant: tenant,
            running: running)
    }

    fileprivate func with(compute: ExactDecimal?) -> Job {
        Job(
            id: id, activity: activity, compute: compute, model: model, parents: parents,
            tenant: tenant,
            running: running)
    }

    fileprivate func with(running: Bool) -> Job {
        Job(
            id: id, activity: activity, compute: compute, model: model, parents: parents,
            tenant: tenant,
            running: running)
    }
}
