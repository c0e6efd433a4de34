// SPDX-License-Identifier: Apache-2.0
import Crypto
import FoundationEssentials

/// A SHA-256 hash: always 32 bytes, ordered as bytes are.
public struct Digest: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The length of a hash in bytes.
    public static let byteCount = 32

    /// The bytes in memory order; held in the value itself, since trees hold millions of them.
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// The hash made of these bytes, or nil where they are not 32.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self = bytes.withUnsafeBytes { Digest(copying: $0) }
    }

    /// The hash of 64 lower-case hexadecimal digits, or nil where the text is something else.
    public init?(hex: String) {
        guard let bytes = Hex.decode(hex) else { return nil }
        self.init(bytes: bytes)
    }

    /// The hash of padded standard base64 of 32 bytes, or nil where the text is something else.
    public init?(base64: String) {
        guard let bytes = Base64.decode(base64) else { return nil }
        self.init(bytes: bytes)
    }

    /// - Precondition: the buffer holds 32 bytes.
    init(copying buffer: UnsafeRawBufferPointer) {
        precondition(buffer.count == Self.byteCount, "a SHA-256 hash has 32 bytes")
        words = (
            buffer.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
            buffer.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
            buffer.loadUnaligned(fromByteOffset: 16, as: UInt64.self),
            buffer.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
        )
    }

    /// The 32 bytes.
    public var bytes: [UInt8] { withBytes { Array($0) } }
    /// The bytes as 64 lower-case hexadecimal digits.
    public var hex: String { Hex.encode(bytes) }
    /// The bytes as padded standard base64.
    public var base64: String { Base64.encode(bytes) }
    public var description: String { hex }

    /// The SHA-256 hash of these bytes.
    ///
    /// Source: FIPS 180-4.
    public static func sha256(_ bytes: [UInt8]) -> Digest {
        var hash = SHA256()
        bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
        return Digest(finishing: hash)
    }

    init(finishing hash: SHA256) {
        self = hash.finalize().withUnsafeBytes { Digest(copying: $0) }
    }

    /// Writes the 32 bytes into a buffer, from that byte on.
    func store(in buffer: UnsafeMutableRawBufferPointer, at offset: Int) {
        buffer.storeBytes(of: words.0, toByteOffset: offset, as: UInt64.self)
        buffer.storeBytes(of: words.1, toByteOffset: offset + 8, as: UInt64.self)
        buffer.storeBytes(of: words.2, toByteOffset: offset + 16, as: UInt64.self)
        buffer.storeBytes(of: words.3, toByteOffset: offset + 24, as: UInt64.self)
    }

    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(of: words, body)
    }

    public static func == (left: Digest, right: Digest) -> Bool { left.words == right.words }

    public static func < (left: Digest, right: Digest) -> Bool {
        let a = left.words
        let b = right.words
        return (a.0.bigEndian, a.1.bigEndian, a.2.bigEndian, a.3.bigEndian)
            < (b.0.bigEndian, b.1.bigEndian, b.2.bigEndian, b.3.bigEndian)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}
