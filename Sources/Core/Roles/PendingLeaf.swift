// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// A leaf that a role wants to have stored.
public struct PendingLeaf: Hashable, Sendable {
    public let leaf: [UInt8]
    /// SHA-256 of the statement's payload.
    public let payloadDigest: Digest
}
