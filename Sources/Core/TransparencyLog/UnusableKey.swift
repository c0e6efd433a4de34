// SPDX-License-Identifier: Apache-2.0

/// Why bytes cannot serve as an Ed25519 key.
public enum UnusableKey: Error, Hashable, CustomStringConvertible {
    /// A key or seed has 32 bytes.
    case wrongLength(Int)
    /// A second spelling of a point; libraries disagree on which they accept.
    case notCanonical
    /// A point with which signatures can be made that hold for many messages: who registers it
    /// could disown whatever was signed.
    case lowOrder
    /// No point of the curve: no signature could ever hold.
    case notOnCurve
    /// DER or PEM that is not this kind of key; says what was expected.
    case malformed(String)

    public var description: String {
        switch self {
        case .wrongLength(let count): "An Ed25519 key has 32 bytes, not \(count)."
        case .notCanonical: "The public key is not in its canonical form."
        case .lowOrder:
            "The public key is a point of low order, with which anything can be disowned."
        case .notOnCurve: "The public key is not a point of the curve."
        case .malformed(let expected): "The key cannot be read: \(expected)."
        }
    }
}
