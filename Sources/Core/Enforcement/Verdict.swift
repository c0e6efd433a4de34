// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement

/// What a gate does with a job.
public enum Verdict: Hashable, Sendable {
    /// A new job may start.
    case admitted(Reason)
    /// A new job may not start.
    case refused(Reason)
    /// A running job goes on; without a fresh order only until then (nil: no lease applies to it).
    case goOn(until: Time?, Reason)
    /// A running job has to save its work: it is held then unless an order lets it go on.
    case save(by: Time, Reason)
    /// A running job stands still, and keeps its memory.
    case hold(Reason)

    public var reason: Reason {
        switch self {
        case .admitted(let reason), .refused(let reason), .goOn(_, let reason),
            .save(_, let reason), .hold(let reason):
            reason
        }
    }

    /// Until when the job may go on without a further order, to be kept on disk and given to the
    /// next decision: what an order allowed may grow only by an order, and a promise to stop only
    /// shrinks it.
    public func allowedUntil(after previous: Time?) -> Time? {
        switch self {
        case .goOn(let until?, _): until
        case .save(let by, _): previous.map { min($0, by) }
        case .admitted, .refused, .goOn(nil, _), .hold: previous
        }
    }
}
