// SPDX-License-Identifier: Apache-2.0

public import Brake
public import PauseAgreement
public import TransparencyLog

/// The way to what the law said at an instant: where the fold begins, and which entries it takes.
public struct PastState: Sendable {
    /// The instant that was asked for.
    public let at: Time
    /// The entries that were received up to it.
    public let size: TreeSize
    private var brake: Brake

    init(at time: Time, size: TreeSize, from brake: Brake) {
        precondition(brake.size <= size, "the law is never folded backwards")
        at = time
        self.size = size
        self.brake = brake
    }

    /// The next entry that is to be read; equal to ``size`` once all were.
    public var next: LogIndex { LogIndex(brake.size.value) }
    public var isComplete: Bool { brake.size == size }

    /// Folds the next leaf of our own store.
    ///
    /// - Throws: ``LogFailure`` where it is no leaf.
    public mutating func read(_ leaf: [UInt8]) throws(LogFailure) {
        precondition(!isComplete, "nothing later is folded")
        do throws(MalformedStatement) {
            brake.fold(try Entry(parsing: leaf, index: next))
        } catch {
            throw LogFailure(index: next, reason: "\(error)")
        }
    }

    /// What the law says.
    ///
    /// - Precondition: ``isComplete``.
    public var state: State {
        precondition(isComplete, "every entry up to the instant was folded")
        return brake.state(at: at)
    }
}

/// Copies of the law as it was after some of the entries, so that a question about the past need
/// not be folded from the beginning.
///
/// They lie evenly over the log: once there are too many, every second one goes, and new ones are
/// taken half as often. A copy shares with the others whatever did not change in between; what it
/// cannot share grows with the log, so a long log keeps fewer.
struct Snapshots: Sendable {
    /// Ascending by size.
    private(set) var kept: [Brake] = []
    private(set) var stride: UInt64

    static let most = 64
    /// The entries that all copies together may have been folded over.
    static let heaviest: UInt64 = 2_000_000

    init(stride: UInt64 = 256) {
        self.stride = stride
    }

    /// Takes a copy where the last one is a stride behind.
    mutating func note(_ brake: Brake) {
        let last = kept.last?.size.value ?? 0
        guard brake.size.value >= last + stride else { return }
        kept.append(brake)
        let weight = kept.reduce(0) { $0 + $1.size.value }
        if kept.count > Snapshots.most || (weight > Snapshots.heaviest && kept.count > 1) {
            kept = kept.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
            stride *= 2
        }
    }

    /// The latest copy that stands on no more than these entries.
    func latest(within size: TreeSize) -> Brake? { kept.last { $0.size <= size } }
}

// MARK: - Asking

/// Where the state at an instant comes from.
public enum PastAnswer: Sendable {
    case state(PastState)
    /// The instant has not come yet.
    case future(now: Time)
    /// The log was not open yet.
    case beforeOpening(Time)
}

extension LogOperator {
    /// How to get at what the law said at an instant, over the entries received up to it.
    ///
    /// An instant counts as passed once nothing more can be received up to it, so that the same
    /// question always has the same answer.
    public func past(at time: Time, now: Time) -> PastAnswer {
        let present = batch?.entries.first?.received ?? max(now, log.received, lastTick)
        guard time < present else { return .future(now: present) }
        let size = entries.size(receivedUpTo: time)
        guard size > .empty else {
            return .beforeOpening(entries.received(LogIndex(0)) ?? present)
        }
        return .state(past(at: time, over: size))
    }

    /// How to get at what the law said at an instant over the first entries of the log.
    ///
    /// - Precondition: they are folded already.
    public func past(at time: Time, over size: TreeSize) -> PastState {
        precondition(size <= log.brake.size, "the past is behind the law")
        let start =
            size == log.brake.size
            ? log.brake : snapshots.latest(within: size) ?? Brake(agreement: agreement)
        return PastState(at: time, size: size, from: start)
    }
}
