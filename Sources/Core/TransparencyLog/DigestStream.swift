// SPDX-License-Identifier: Apache-2.0
import Crypto

/// The SHA-256 hash of bytes that come in pieces, such as a file too large for memory.
public struct DigestStream: Sendable {
    private var hash = SHA256()

    /// A stream into which nothing has come yet.
    public init() {}

    /// Adds the next piece.
    public mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
    }

    /// The hash of all pieces so far, in their order.
    ///
    /// Source: FIPS 180-4.
    public func finalize() -> Digest { Digest(finishing: hash) }
}
