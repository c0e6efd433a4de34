// SPDX-License-Identifier: Apache-2.0

/// Why bytes cannot serve as an X25519 sealing key.
public enum UnusableSealingKey: Error, Hashable, CustomStringConvertible {
    /// A key has 32 bytes.
    case wrongLength(Int)
    /// A second spelling of a point; libraries disagree on which they accept.
    case notCanonical
    /// A point whose agreed secret is zero with every key: all that is sealed to it, anyone opens.
    case lowOrder
    /// DER, base64 or PEM that is not this kind of key; says what was expected.
    case malformed(String)

    public var description: String {
        switch self {
        case .wrongLength(let count): "A sealing key has 32 bytes, not \(count)."
        case .notCanonical: "The sealing key is not in its canonical form."
        case .lowOrder:
            "The sealing key is a point of low order: anyone could open what is sealed to it."
        case .malformed(let expected): "The sealing key cannot be read: \(expected)."
        }
    }
}
