// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
import TransparencyLog

/// One party's gate: signed order, request and time in; verdict with its reason out.
public struct Gate: Sendable {
    public let agreement: Agreement
    /// Whose work it lets through.
    public let party: String

    /// Nil where the agreement names no such party.
    public init?(agreement: Agreement, party: String) {
        guard agreement.party(party) != nil else { return nil }
        self.agreement = agreement
        self.party = party
    }

    /// Decides on a job.
    ///
    /// - Parameters:
    ///   - order: the highest order believed here, however old; nil where there is none.
    ///   - allowedUntil: for a running job, what ``Verdict/allowedUntil(after:)`` of the last
    ///     decision on it said; nil where none was kept.
    ///   - clock: the time here. A tick that monitors signed is later where the clock is behind.
    public func decide(
        _ job: Job, order: BelievedOrder?, allowedUntil: Time?, now clock: Time
    ) -> Verdict {
        let models = Lineage(order?.order.models ?? [])
        let request = Request(
            gate: self, job: job, jobClass: JobClass(of: job, models: models, under: agreement),
            models: models, believed: order, now: order.map { max(clock, $0.order.tick) } ?? clock)
        return job.running ? request.running(allowedUntil) : request.new()
    }
}

/// A job before the gate, with all that the decision may look at.
private struct Request {
    let gate: Gate
    let job: Job
    let jobClass: JobClass
    let models: Lineage
    let believed: BelievedOrder?
    let now: Time

    func new() -> Verdict {
        // Before a called measure takes hold, running work has its grace; nothing new is begun.
        if let coverage = coverages.first { return .refused(reason(.covered(coverage))) }
        if needsFreshOrder, let missing { return .refused(reason(missing)) }
        if needsFreshOrder, believed?.isContradicted == true {
            return .refused(reason(.contradictedOrder))
        }
        return .admitted(reason(freedom))
    }

    func running(_ allowedUntil: Time?) -> Verdict {
        let pauses = coverages.filter { $0.measure.measure == .pause }
        if let pause = pauses.first(where: { $0.measure.from <= now }) {
            return stop(at: allowedUntil, .covered(pause))
        }
        if needsFreshOrder || !pauses.isEmpty, let missing {
            return stop(at: allowedUntil, missing)
        }
        if let pause = pauses.min(by: { $0.measure.from < $1.measure.from }) {
            return .save(by: pause.measure.from, reason(.covered(pause)))
        }
        guard let order = believed?.order, !isStale(order) else {
            return .goOn(until: nil, reason(freedom))
        }
        let end = order.tick + lease
        if needsFreshOrder, now >= late(order) {
            return .save(by: end, reason(.lateOrder(lease: lease)))
        }
        // Where no order can follow, and for what is never stopped, no lease is needed.
        let isFree = isExempt || order.state == .ended
        return .goOn(until: isFree ? nil : end, reason(freedom))
    }

    private func stop(at end: Time?, _ ground: Reason.Ground) -> Verdict {
        guard let end, now < end else { return .hold(reason(ground)) }
        return .save(by: end, reason(ground))
    }

    // MARK: - Measures

    /// What covers the job, the strongest measure first, of these the earliest.
    private var coverages: [Coverage] {
        guard let order = believed?.order else { return [] }
        let found = binding.compactMap {
            Coverage(
                of: job, taken: jobClass, by: $0, causes: order.causes, models: models,
                followsLineage: gate.agreement.scope.lineage)
        }
        return found.enumerated().sorted { a, b in
            let (left, right) = (a.element.measure, b.element.measure)
            if left.measure != right.measure { return left.measure > right.measure }
            return (left.from, a.offset) < (right.from, b.offset)
        }.map(\.element)
    }

    /// Measures on the gate's party or on the party that the job runs for.
    private var binding: [MeasureInForce] {
        (believed?.order.measures ?? []).filter { measure in
            measure.parties.contains(gate.party) || measure.parties.contains(job.tenant.description)
        }
    }

    // MARK: - Freshness

    private var lease: TimeSpan { gate.agreement.clocks.lease }

    /// Why there is no order to go by. The agreement's end is the last order there is: it grows no
    /// older.
    private var missing: Reason.Ground? {
        guard let order = believed?.order else { return .noOrder }
        return isStale(order) ? .staleOrder(lease: lease) : nil
    }

    private func isStale(_ order: Order) -> Bool {
        order.state != .ended && order.tick + lease < now
    }

    /// From here on a running job prepares for the end of its lease: the next tick is overdue, or a
    /// quarter of the lease is left.
    private func late(_ order: Order) -> Time {
        guard order.state != .ended else { return Time(milliseconds: .max) }
        let log = gate.agreement.log
        let mostOfLease = TimeSpan(milliseconds: lease.milliseconds / 4 * 3)
        return min(order.tick + log.tick + log.skew, order.tick + mostOfLease)
    }

    // MARK: - Content

    private var isExempt: Bool {
        switch jobClass {
        case .serving: true
        case .evaluation: !refusing.contains { $0.activities.contains(.evaluation) }
        case .work, .unproved: false
        }
    }

    /// Whether the agreement could have this work stopped: then no order is not an all-clear.
    private var needsFreshOrder: Bool {
        guard !isExempt, let compute = job.compute, let least else { return !isExempt }
        return compute >= least
    }

    private var refusing: [MeasureTerms] {
        gate.agreement.measures.filter { $0.measure != .notify }
    }

    /// The least compute that any measure of the agreement covers.
    private var least: ExactDecimal? { refusing.map(\.threshold).min() }

    // MARK: - Reasons

    private var freedom: Reason.Ground {
        if isExempt { return .neverStopped }
        if job.running, let mild = coverages.first { return .runningUnder(mild.measure) }
        if missing != nil, let least { return .small(least: least) }
        guard
            let measure = binding.filter({ $0.measure != .notify }).max(by: {
                $0.measure < $1.measure
            })
        else { return .unbound(gate.party) }
        let isSmall = job.compute.map { $0 < measure.threshold } ?? false
        return isSmall ? .belowThreshold(measure) : .outside(measure)
    }

    private func reason(_ ground: Reason.Ground) -> Reason {
        let clause =
            switch ground {
            case .covered(let coverage): coverage.measure.clause
            case .belowThreshold(let measure), .outside(let measure), .runningUnder(let measure):
                measure.clause
            case .noOrder, .staleOrder, .lateOrder, .contradictedOrder, .small:
                gate.agreement.onSilence.article
            case .unbound, .neverStopped: gate.agreement.scope.article
            }
        return Reason(
            ground: ground, job: job, jobClass: jobClass, clause: clause,
            rank: believed.map(\.rank), state: believed?.order.state)
    }
}
