// SPDX-License-Identifier: Apache-2.0
import Crypto

/// The three hashes a Merkle tree is made of.
///
/// A leaf and a node begin with different bytes, so that no node can be passed off as an entry.
///
/// Source: RFC 6962 §2.1.
public enum MerkleHash {
    /// The root of a tree without entries: the hash of nothing.
    public static let empty = Digest.sha256([])

    /// The hash of an entry.
    public static func leaf(_ bytes: [UInt8]) -> Digest {
        var hash = SHA256()
        withUnsafeBytes(of: UInt8(0x00)) { hash.update(bufferPointer: $0) }
        bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
        return Digest(finishing: hash)
    }

    /// The hash of two subtrees, of which the left one is full.
    public static func node(_ left: Digest, _ right: Digest) -> Digest {
        var hash = SHA256()
        // One update on the stack is a fifth faster than three.
        withUnsafeTemporaryAllocation(byteCount: 1 + 2 * Digest.byteCount, alignment: 8) { bytes in
            bytes[0] = 0x01
            left.store(in: bytes, at: 1)
            right.store(in: bytes, at: 1 + Digest.byteCount)
            hash.update(bufferPointer: UnsafeRawBufferPointer(bytes))
        }
        return Digest(finishing: hash)
    }
}
