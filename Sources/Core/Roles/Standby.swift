// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement

/// One of several processes that keep one log in one database: it stands by until the database
/// gives it the tenure, sequences while it has it, and stands down when it has it no more.
///
/// It decides nothing about entries; that is ``LogOperator``, which follows what another one logs
/// until this says that it is to begin. What keeps the history single is the database, where every
/// append names the tenure's epoch, the size and the root; what is decided here only says when it
/// is worth trying, so that an answer that comes late can do no harm.
public struct Standby: Sendable {
    enum Phase: Hashable, Sendable {
        /// Another has the tenure, as far as we know.
        case following
        /// The database was asked for the tenure.
        case taking
        /// It is ours; what was logged before has to be read to its end.
        case catchingUp(epoch: Int64)
        case sequencing(epoch: Int64)
        /// Nothing more is to come of us: we were told to stop, or must never sign again.
        case over
    }

    var phase = Phase.following
    /// The tenure is not asked for before this.
    private var notBefore: Time
    /// When the database last said that the tenure is ours.
    private var renewed = Time(milliseconds: 0)
    /// Whether the database has not answered the last request for a renewal.
    private var isRenewing = false

    /// How long the database gives the tenure for.
    private let span: TimeSpan
    private let pace: TimeSpan

    /// After it has stood down it lets others go first for so many spans.
    static let modesty: Int64 = 2

    /// - Parameter span: how long the tenure lasts when it is not renewed.
    /// - Parameter pace: how often it is renewed, or asked for.
    public init(span: TimeSpan, pace: TimeSpan, now: Time) {
        self.span = span
        self.pace = pace
        notBefore = now
    }

    public enum Event: Sendable {
        /// From time to time, several times a pace.
        case clock
        /// Somebody has given the tenure back.
        case released
        /// What the database said when it was asked for the tenure: its epoch; nil where another
        /// has it, or where nobody answered.
        case taken(epoch: Int64?)
        /// Everything that was stored when the tenure was taken has been read.
        case caughtUp(epoch: Int64)
        /// Whether the tenure is still ours; nil where nobody answered.
        case renewed(epoch: Int64, Bool?)
        /// The operator cannot go on, and another one may.
        case failed(String)
        /// The operator must not sign any more: its entries contradict what was signed.
        case halted
        /// The process is told to stop.
        case stopping
    }

    public enum Action: Hashable, Sendable {
        /// Ask the database for the tenure; answered by ``Event/taken(epoch:)``.
        case take
        /// Read everything that is stored; answered by ``Event/caughtUp(epoch:)``.
        case catchUp(epoch: Int64)
        /// The operator is to begin: ``LogOperator/Event/started``.
        case begin
        /// Answered by ``Event/renewed(epoch:_:)``.
        case renew(epoch: Int64)
        /// The operator is to follow again: ``LogOperator/Event/stoodDown``.
        case standDown
        /// Give the tenure back.
        case release
        case report(Report)
    }

    /// Whether this process sequences.
    public var isSequencing: Bool { if case .sequencing = phase { true } else { false } }

    public mutating func receive(_ event: Event, now: Time) -> [Action] {
        switch event {
        case .clock: return clock(now)
        case .released:
            guard phase == .following else { return [] }
            phase = .taking
            return [.take]
        case .taken(let epoch): return taken(epoch, now)
        case .caughtUp(let epoch):
            guard phase == .catchingUp(epoch: epoch) else { return [] }
            phase = .sequencing(epoch: epoch)
            return [.report(.news("sequencing, in tenure \(epoch)")), .begin]
        case .renewed(let epoch, let isOurs): return renewed(epoch, isOurs, now)
        case .failed(let why): return standDown(why, isOurs: true, now)
        case .halted: return end()
        case .stopping: return end()
        }
    }

    private mutating func clock(_ now: Time) -> [Action] {
        switch phase {
        case .following:
            guard notBefore <= now else { return [] }
            phase = .taking
            return [.take]
        case .taking, .over: return []
        case .catchingUp(let epoch), .sequencing(let epoch):
            if renewed + span <= now {
                return standDown("the database was not heard for \(span)", isOurs: true, now)
            }
            guard !isRenewing, renewed + pace <= now else { return [] }
            isRenewing = true
            return [.renew(epoch: epoch)]
        }
    }

    private mutating func taken(_ epoch: Int64?, _ now: Time) -> [Action] {
        // One that comes after we were told to stop is given back.
        guard phase == .taking else { return epoch == nil ? [] : [.release] }
        guard let epoch else {
            phase = .following
            notBefore = now + pace
            return []
        }
        phase = .catchingUp(epoch: epoch)
        renewed = now
        isRenewing = false
        return [.catchUp(epoch: epoch)]
    }

    private mutating func renewed(_ epoch: Int64, _ isOurs: Bool?, _ now: Time) -> [Action] {
        guard phase == .sequencing(epoch: epoch) || phase == .catchingUp(epoch: epoch) else {
            return []
        }
        isRenewing = false
        switch isOurs {
        case true?:
            renewed = now
            return []
        case false?: return standDown("another process has the tenure", isOurs: false, now)
        case nil: return []
        }
    }

    private mutating func standDown(_ why: String, isOurs: Bool, _ now: Time) -> [Action] {
        switch phase {
        case .catchingUp, .sequencing: break
        case .following, .taking, .over: return []
        }
        phase = .following
        notBefore = now + TimeSpan(milliseconds: span.milliseconds * Standby.modesty)
        return [.standDown] + (isOurs ? [.release] : [])
            + [.report(.warning("standing down: \(why)"))]
    }

    private mutating func end() -> [Action] {
        let before = phase
        phase = .over
        switch before {
        case .catchingUp, .sequencing: return [.standDown, .release]
        case .following, .taking, .over: return []
        }
    }
}
