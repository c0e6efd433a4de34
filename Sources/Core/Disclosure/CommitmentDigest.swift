// SPDX-License-Identifier: Apache-2.0
public import TransparencyLog

/// What the log holds of a hidden value: the SHA-256 of its disclosure.
///
/// Written as 43 letters of base64 for URLs, without padding. It tells nothing about the value as
/// long as the disclosure's salt is secret, and fits no other value.
///
/// Source: RFC 9901 §4.2.3.
public struct CommitmentDigest: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The hash itself.
    public let digest: Digest

    /// The commitment with this hash.
    public init(_ digest: Digest) { self.digest = digest }

    /// The commitment of ``text``, or nil where the text is something else.
    public init?(_ text: String) {
        guard let bytes = Base64.decodeURL(text), let digest = Digest(bytes: bytes) else {
            return nil
        }
        self.digest = digest
    }

    /// 43 letters, as statements write it.
    public var text: String { Base64.encodeURL(digest.bytes) }
    public var description: String { text }

    public static func < (left: CommitmentDigest, right: CommitmentDigest) -> Bool {
        left.digest < right.digest
    }
}
