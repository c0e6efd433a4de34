// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement

/// A promise that was broken in a simulated world.
public struct Violation: Hashable, Sendable, CustomStringConvertible {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Enough cosigned two checkpoints of which neither extends the other.
        case forkCosigned = "a fork was cosigned"
        /// An honest log signed two histories.
        case forkSigned = "an honest log signed a fork"
        /// An honest witness cosigned two histories.
        case forkByOne = "an honest witness cosigned two histories"
        /// An honest one signed over less than it had signed over before.
        case rollback = "a rollback"
        /// A statement that was acknowledged is not in the log.
        case lost = "an acknowledged statement was lost"
        /// The same statement got another receipt, or one that does not hold.
        case receipt = "a receipt does not hold"
        /// Two believed texts for one (epoch, tick, size), or one honest monitor signed two for one
        /// tick.
        case twoTexts = "two order texts"
        /// An honest monitor signed, or would show, another text than the law gives.
        case otherState = "an honest monitor derived another state"
        /// An entry is stamped before a tick that was signed without it.
        case backdated = "an entry was stamped before a tick signed without it"
        /// The epoch that gates compare went down.
        case epoch = "the epoch of believed orders went back"
        /// Somebody saw what the disk did not hold yet.
        case shownTooEarly = "something was shown before it was durable"
        /// An honest one was accused, or stopped for good without a reason.
        case falseAlarm = "a false alarm"
        /// A store did not open.
        case store = "a store does not open"
        /// Nothing happened though all was well again.
        case standstill = "no progress after the faults had ended"
    }

    public let kind: Kind
    public let detail: String
    /// The world's time.
    public let time: Time

    public var description: String { "\(time): \(kind.rawValue): \(detail)" }
}
