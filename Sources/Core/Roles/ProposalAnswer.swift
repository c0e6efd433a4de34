// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// What a monitor says to a proposal.
public enum ProposalAnswer: Hashable, Sendable {
    /// The order that it derived, signed.
    case signed(UnverifiedNote)
    case refused(ProposalRefusal, String)
}

/// Why a monitor does not sign; the raw value is stable, for problem types.
public enum ProposalRefusal: String, Hashable, Sendable {
    case malformed = "malformed-proposal"
    /// Not signed by the agreement's log.
    case notSigned = "not-signed"
    case wrongAgreement = "wrong-agreement"
    /// The tick or a stamp is ahead of the monitor's clock, or the tick is not newer than one it
    /// signed, or an entry is stamped before a tick that was proposed without it.
    case clock
    /// The tree is smaller than one it signed over.
    case rollback
    /// Another history than the one it signed.
    case fork
    /// It is not among the monitors that count over the tree.
    case notCounted = "not-counted"
    /// The order would step down while the log withholds a statement that it holds.
    case withheld = "withheld-statement"
    /// It could not get the entries.
    case behind
    /// It has not yet heard what it had signed before it was restarted.
    case starting
    /// It stopped signing, for a reason that only its operator can remove.
    case stopped
}
