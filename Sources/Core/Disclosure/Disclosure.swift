// SPDX-License-Identifier: Apache-2.0
public import TransparencyLog

/// The opening of one hidden field: its name and value, and the salt that keeps others from
/// guessing them.
///
/// Who holds it can recompute ``digest`` and compare it with what was logged. What counts is the
/// text as it came, so a disclosure written with other white space keeps its own digest.
///
/// Source: RFC 9901 §4.2.1 (object properties).
public struct Disclosure: Hashable, Sendable {
    /// The length of a salt in bytes.
    public static let saltLength = 16

    /// The text that travels and that ``digest`` is over: base64 for URLs of a JSON array.
    public let encoded: String
    /// 16 bytes from a good source of entropy, never used twice.
    public let salt: [UInt8]
    /// The hidden field.
    public let name: String
    /// What the field holds.
    public let value: JSON

    /// A disclosure in its canonical form (RFC 8785).
    ///
    /// - Precondition: the salt has 16 bytes, and the name is neither empty, `_sd` nor `...`.
    public init(salt: [UInt8], name: String, value: JSON) {
        precondition(salt.count == Self.saltLength, "a salt has 16 bytes")
        precondition(Self.isName(name), "a disclosure names a field")
        self.salt = salt
        self.name = name
        self.value = value
        let triple: JSON = [.string(Base64.encodeURL(salt)), .string(name), value]
        encoded = Base64.encodeURL(triple.canonicalBytes)
    }

    /// The disclosure of a text, which is kept as it is.
    ///
    /// - Throws: ``MalformedDisclosure``.
    public init(parsing encoded: String) throws(MalformedDisclosure) {
        guard let bytes = Base64.decodeURL(encoded) else { throw .notBase64 }
        let json: JSON
        do { json = try JSON.parse(bytes) } catch { throw .notJSON(error) }
        guard let parts = json.array, parts.count == 3, let salt = parts[0].string,
            let name = parts[1].string
        else { throw .notTriple }
        guard let saltBytes = Base64.decodeURL(salt), saltBytes.count == Self.saltLength else {
            throw .badSalt
        }
        guard Self.isName(name) else { throw .badName(name) }
        self.encoded = encoded
        self.salt = saltBytes
        self.name = name
        value = parts[2]
    }

    /// What stands in the log for this value.
    ///
    /// Source: RFC 9901 §4.2.3: the hash is over the letters, not over what they encode.
    public var digest: CommitmentDigest { CommitmentDigest(.sha256(Array(encoded.utf8))) }

    /// Source: RFC 9901 §4.2.1 keeps two names for itself.
    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && name != "_sd" && name != "..."
    }

    public static func == (left: Disclosure, right: Disclosure) -> Bool {
        left.encoded == right.encoded
    }
    public func hash(into hasher: inout Hasher) { hasher.combine(encoded) }
}

extension Disclosure: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The commitment and the name: what is hidden does not slip into a log by being printed.
    public var description: String { "disclosure of \(name) for \(digest)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
