// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// A statement as logged.
public struct Entry: Hashable, Sendable {
    public let index: LogIndex
    /// The node's stamp; never less than that of the entry before.
    public let received: Time
    public let envelope: Envelope
    public let statement: Statement

    /// A leaf may hold this many bytes, as entry bundles count them in 16 bits.
    public static let largestLeaf = 65_535

    /// The canonical JSON `{received, statement}` that is hashed into the log.
    public static func leaf(received: Time, envelope: Envelope) -> [UInt8] {
        JSON.object(["received": .integer(received.milliseconds), "statement": envelope.json])
            .canonicalBytes
    }

    public var leaf: [UInt8] { Entry.leaf(received: received, envelope: envelope) }

    /// Reads a leaf; anything but the one canonical spelling is refused.
    public init(parsing leaf: [UInt8], index: LogIndex) throws(MalformedStatement) {
        let json: JSON
        do throws(MalformedJSON) {
            json = try JSON.parse(leaf)
        } catch {
            throw MalformedStatement(pointer: "", expected: "strict JSON (\(error))")
        }
        guard leaf.count <= Entry.largestLeaf, json.canonicalBytes == leaf else {
            throw MalformedStatement(
                pointer: "", expected: "canonical JSON of at most 65,535 bytes")
        }
        var fields = try Fields(json)
        received = Time(
            milliseconds: try fields.integer("received", in: 0...Statement.largestSequence))
        let inner = try fields.value("statement")
        try fields.end()
        do throws(MalformedEnvelope) {
            envelope = try Envelope(json: inner)
        } catch {
            throw MalformedStatement(pointer: "/statement", expected: "a DSSE envelope (\(error))")
        }
        statement = try Statement(parsing: envelope.payload)
        self.index = index
    }

    public init(index: LogIndex, received: Time, envelope: Envelope, statement: Statement) {
        self.index = index
        self.received = received
        self.envelope = envelope
        self.statement = statement
    }
}
