// SPDX-License-Identifier: Apache-2.0

public import Disclosure
public import TransparencyLog

/// What a sealed message says: the openings of one statement that its reader may have.
public struct MailContents: Hashable, Sendable {
    /// The SHA-256 of the statement's payload.
    public let about: Digest
    /// One or more; each was written by the sender, and nothing about them is checked yet.
    public let disclosures: [Disclosure]

    public init(about: Digest, disclosures: [Disclosure]) {
        self.about = about
        self.disclosures = disclosures
    }

    /// Reads what was in a box; only the canonical spelling is taken.
    public init(parsing bytes: [UInt8]) throws(MalformedStatement) {
        var fields = try Fields(canonical: bytes)
        about = try fields.digest("about")
        disclosures = try fields.disclosures("disclosures")
        try fields.end()
    }

    /// Canonical JSON, to be sealed.
    public var bytes: [UInt8] {
        let object: JSON = [
            "about": .string(about.hex),
            "disclosures": .array(disclosures.map { .string($0.encoded) }),
        ]
        return object.canonicalBytes
    }
}

extension Fields {
    /// The members of an object that is written canonically.
    init(canonical bytes: [UInt8]) throws(MalformedStatement) {
        let json: JSON
        do throws(MalformedJSON) {
            json = try JSON.parse(bytes)
        } catch {
            throw MalformedStatement(pointer: "", expected: "strict JSON (\(error))")
        }
        guard json.canonicalBytes == bytes else {
            throw MalformedStatement(pointer: "", expected: "canonical JSON (RFC 8785)")
        }
        try self.init(json)
    }

    /// One to 64 disclosures, each of another field.
    mutating func disclosures(_ name: String) throws(MalformedStatement) -> [Disclosure] {
        var found: [Disclosure] = []
        for (position, element) in try array(name, most: 64).enumerated() {
            let place = "\(name)/\(position)"
            guard let text = element.string else { throw missing(place, "a disclosure") }
            do throws(MalformedDisclosure) {
                found.append(try Disclosure(parsing: text))
            } catch {
                throw missing(place, "a disclosure (\(error))")
            }
        }
        guard !found.isEmpty else { throw missing(name, "at least one disclosure") }
        guard Set(found.map(\.name)).count == found.count else {
            throw missing(name, "every field once")
        }
        return found
    }
}
