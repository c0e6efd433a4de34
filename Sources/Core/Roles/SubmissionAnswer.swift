// SPDX-License-Identifier: Apache-2.0

public import Brake
public import PauseAgreement
public import TransparencyLog

/// What the sender of a statement is told.
public enum SubmissionAnswer: Sendable {
    /// It is durable; `isNew` is false where the same signer had said the same before.
    case logged(LoggedStatement, isNew: Bool)
    case refused(Refusal)
    /// Too many are waiting; nothing was kept.
    case busy
    /// Its signer has had so many statements logged lately that it has to wait; nothing was kept.
    case overQuota(statements: Int, wait: TimeSpan)
    /// The log signs nothing, and why. The statement may be in the log; asking again is safe.
    case unable(String)
}

/// A statement's place, its stamp and its receipt.
public struct LoggedStatement: Hashable, Sendable {
    public let index: LogIndex
    public let received: Time
    /// Over the tree that ends with this entry: it stays the same however often it is asked for.
    public let receipt: LogProof
}
