// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
import TransparencyLog

/// What a measure would mean for a job if it held: asked before anything is ordered, and obeyed by
/// nobody.
public struct Forecast: Hashable, Sendable {
    public let measure: Measure
    /// Whether the job could start, or go on, under the measure.
    public let isFree: Bool
    /// Why, in the gate's own words, without a full stop.
    public let reason: Reason

    public var sentence: String { reason.sentence }
}

extension Gate {
    /// What each rung of the agreement's ladder would mean for a job of this party, mildest first.
    ///
    /// Each rung is taken to be called for the whole ladder's scope, on this party and with its
    /// grace over.
    ///
    /// - Parameter models: the models that are registered, for classes and lineage; those of the
    ///   newest order.
    public func forecasts(for job: Job, models: [ModelStanding]) -> [Forecast] {
        let registered = Lineage(models)
        let jobClass = JobClass(of: job, models: registered, under: agreement)
        return Measure.allCases.compactMap { rung in
            guard let terms = agreement.measure(rung) else { return nil }
            let measure = MeasureInForce(
                measure: rung, parties: [party], models: nil, activities: terms.activities,
                threshold: terms.threshold, from: Time(milliseconds: 0), causes: [],
                clause: terms.article)
            let coverage = Coverage(
                of: job, taken: jobClass, by: measure, causes: [], models: registered,
                followsLineage: agreement.scope.lineage)
            // What runs goes on under every rung but a pause.
            let stops = coverage != nil && (!job.running || rung == .pause)
            return Forecast(
                measure: rung, isFree: !stops,
                reason: Reason(
                    ground: ground(job, jobClass, measure, coverage), job: job, jobClass: jobClass,
                    clause: terms.article, rank: nil, state: nil))
        }
    }

    /// The registered models that a job runs on or builds on, sorted by name: a measure that is
    /// called because of one of them covers it, whatever its activity and compute.
    ///
    /// Empty for what is never stopped. Descendants count only where the agreement says so.
    public func lineage(of job: Job, models: [ModelStanding]) -> [String] {
        let registered = Lineage(models)
        switch JobClass(of: job, models: registered, under: agreement) {
        case .serving, .evaluation: return []
        case .work, .unproved: break
        }
        let used = [job.model].compactMap { $0 } + job.parents
        let reached = agreement.scope.lineage ? registered.ancestry(of: used) : Set(used)
        let names = reached.flatMap { registered.standings(of: $0).map(\.name) }
        return Set(names).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private func ground(
        _ job: Job, _ jobClass: JobClass, _ measure: MeasureInForce, _ coverage: Coverage?
    ) -> Reason.Ground {
        if let coverage {
            return job.running && measure.measure != .pause
                ? .runningUnder(measure) : .covered(coverage)
        }
        switch jobClass {
        case .serving: return .neverStopped
        case .evaluation where !measure.activities.contains(.evaluation): return .neverStopped
        case .evaluation, .work, .unproved: break
        }
        let isSmall = job.compute.map { $0 < measure.threshold } ?? false
        return measure.measure != .notify && isSmall ? .belowThreshold(measure) : .outside(measure)
    }
}
