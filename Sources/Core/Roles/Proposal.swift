// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
public import TransparencyLog

/// What a log asks its monitors at a tick: to sign the order that follows from this tree at this
/// time.
///
/// Its text is signed by the log as a note. No checkpoint, cosignature or order can begin like it.
public struct Proposal: Hashable, Sendable {
    public let agreement: Digest
    public let size: TreeSize
    public let root: Digest
    public let tick: Time

    public static let header = "standstill.example/tick/v1"

    public init(agreement: Digest, size: TreeSize, root: Digest, tick: Time) {
        self.agreement = agreement
        self.size = size
        self.root = root
        self.tick = tick
    }

    /// The text of the signed note: the header and one line of canonical JSON.
    public var text: String {
        let json: JSON = .object([
            "agreement": .string(agreement.hex), "size": .integer(Int64(size.value)),
            "root": .string(root.base64), "tick": .integer(tick.milliseconds),
        ])
        return "\(Proposal.header)\n\(String(decoding: json.canonicalBytes, as: UTF8.self))\n"
    }

    /// Reads a note's text; anything but the one canonical spelling is refused.
    public init(parsing text: String) throws(MalformedStatement) {
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.count == 3, lines[2].isEmpty, lines[0].elementsEqual(Proposal.header.utf8)
        else {
            throw MalformedStatement(
                pointer: "", expected: "\(Proposal.header) and one line of JSON")
        }
        let json: JSON
        do throws(MalformedJSON) {
            json = try JSON.parse(Array(lines[1]))
        } catch {
            throw MalformedStatement(pointer: "", expected: "strict JSON (\(error))")
        }
        var fields = try Fields(json)
        agreement = try fields.digest("agreement")
        size = TreeSize(UInt64(try fields.integer("size", in: 1...Statement.largestSequence)))
        guard let root = Digest(base64: try fields.string("root")) else {
            throw fields.missing("root", "32 bytes in base64")
        }
        self.root = root
        tick = Time(milliseconds: try fields.integer("tick", in: 0...Statement.largestSequence))
        try fields.end()
        guard self.text == text else {
            throw MalformedStatement(pointer: "", expected: "canonical JSON")
        }
    }
}

/// A proposal with the log's signature under it, checked.
public struct SignedProposal: Hashable, Sendable {
    public let proposal: Proposal
    /// The text with the log's signature and no other line.
    public let note: UnverifiedNote

    /// - Throws: ``ProposalFailure``.
    public init(
        verifying note: UnverifiedNote, under agreement: Agreement
    ) throws(ProposalFailure) {
        do throws(MalformedStatement) {
            proposal = try Proposal(parsing: note.text)
        } catch {
            throw .malformed("\(error)")
        }
        guard proposal.agreement == agreement.id else { throw .otherAgreement(proposal.agreement) }
        guard let line = note.line(by: agreement.logKey) else { throw .notSigned }
        self.note = UnverifiedNote(text: note.text, signatures: [line])
    }
}

/// Why a note is no proposal of the agreement's log.
public enum ProposalFailure: Error, Hashable, Sendable {
    case malformed(String)
    case otherAgreement(Digest)
    case notSigned
}
