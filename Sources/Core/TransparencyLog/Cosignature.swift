// SPDX-License-Identifier: Apache-2.0

/// The Ed25519 cosignature of a witness: a time and a signature over it and a checkpoint.
///
/// It says that at that time this was the largest tree the witness had seen of the log, and that it
/// extends all earlier ones.
///
/// Source: C2SP tlog-cosignature, "Ed25519 signed message".
enum Cosignature {
    /// The latest time that may be written, in seconds since 1970.
    static let latestTime = UInt64(Int64.max)

    /// What is signed.
    static func message(timeSeconds: UInt64, checkpointText: String) -> [UInt8] {
        Array("cosignature/v1\ntime \(timeSeconds)\n".utf8) + checkpointText.utf8
    }

    /// What follows the key ID on the signature line: the time in eight bytes, the signature in 64.
    static func encode(timeSeconds: UInt64, signature: [UInt8]) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: timeSeconds >> UInt64(56 - 8 * $0)) } + signature
    }

    /// Time and signature of such bytes, or nil for another length or a time beyond ``latestTime``.
    static func parse(_ bytes: [UInt8]) -> (timeSeconds: UInt64, signature: [UInt8])? {
        guard bytes.count == 72 else { return nil }
        let time = bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return time > latestTime ? nil : (time, Array(bytes.dropFirst(8)))
    }
}
