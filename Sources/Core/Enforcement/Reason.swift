// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement

/// Why a gate decided as it did, with the figures. ``sentence`` puts it in words.
public struct Reason: Hashable, Sendable {
    public enum Ground: Hashable, Sendable {
        // What stops work.
        /// A measure in force, or called and coming, that binds the job's party.
        case covered(Coverage)
        /// No order was ever believed here.
        case noOrder
        /// The last believed order is older than the lease.
        case staleOrder(lease: TimeSpan)
        /// The next order is late; the lease still runs.
        case lateOrder(lease: TimeSpan)
        /// Two well-signed orders of one rank say different things.
        case contradictedOrder

        // What leaves it free.
        /// No measure binds the party.
        case unbound(String)
        /// A measure binds, but starts at more compute.
        case belowThreshold(MeasureInForce)
        /// A measure binds, but not this work or these models.
        case outside(MeasureInForce)
        /// A milder measure lets running work go on.
        case runningUnder(MeasureInForce)
        /// Released before the order, to outside users, or by an evaluator.
        case neverStopped
        /// There is no fresh order, but less compute than any measure covers.
        case small(least: ExactDecimal)
    }

    public let ground: Ground
    public let job: Job
    public let jobClass: JobClass
    /// The article of the agreement that decides.
    public let clause: String
    /// The order that it rests on.
    public let rank: OrderRank?
    /// The state that this order gave.
    public let state: BrakeState?

    /// What the decision rests on, where a measure covers the job.
    public var coverage: Coverage? {
        if case .covered(let coverage) = ground { coverage } else { nil }
    }
}
