// SPDX-License-Identifier: Apache-2.0

public import Disclosure
public import TransparencyLog

/// The openings of one statement as its author or a reader keeps them: what the log only holds the
/// digests of.
///
/// Losing them makes what was sealed unreadable for ever; whoever else gets them can read it.
public struct Openings: Hashable, Sendable {
    /// The SHA-256 of the statement's payload.
    public let about: Digest
    public let kind: StatementKind
    /// One or more, each of another field.
    public let disclosures: [Disclosure]

    public init(about: Digest, kind: StatementKind, disclosures: [Disclosure]) {
        self.about = about
        self.kind = kind
        self.disclosures = disclosures
    }

    /// Reads a file of openings, however it is indented.
    public init(json: JSON) throws(MalformedStatement) {
        var fields = try Fields(json)
        about = try fields.digest("about")
        kind = try fields.word("kind", as: StatementKind.self)
        disclosures = try fields.disclosures("disclosures")
        try fields.end()
    }

    public var json: JSON {
        [
            "about": .string(about.hex), "kind": .string(kind.rawValue),
            "disclosures": .array(disclosures.map { .string($0.encoded) }),
        ]
    }

    /// The value of an opened field, nil where the field is not opened here.
    ///
    /// It is worth something only once ``mismatches(with:about:)`` found none.
    public subscript(name: String) -> JSON? { disclosures.first { $0.name == name }?.value }

    /// What of these openings does not belong to that logged statement, sorted by field.
    ///
    /// - Parameter digest: the SHA-256 of the statement's payload.
    public func mismatches(with statement: Statement, about digest: Digest) -> [OpeningMismatch] {
        guard about == digest else { return [.otherStatement(about)] }
        return disclosures.sorted { $0.name < $1.name }.compactMap { statement.mismatch(of: $0) }
    }
}

/// Why an opening does not open what a statement commits to.
public enum OpeningMismatch: Error, Hashable, Sendable, CustomStringConvertible {
    /// It is about the statement with this payload, which is another one.
    case otherStatement(Digest)
    /// The statement commits to no such field.
    case notCommitted(String)
    /// The statement commits to the field, but to something else.
    case otherValue(String)
    /// The commitment holds, but what it opens is not what the field has to be.
    case wrongForm(String, expected: String)
    /// The field is not for this reader.
    case wrongAudience(String, reader: String)

    public var description: String {
        switch self {
        case .otherStatement(let about): "it is about another statement, \(about.hex)"
        case .notCommitted(let field): "\(field): the statement does not commit to it"
        case .otherValue(let field): "\(field): the statement commits to something else"
        case .wrongForm(let field, let expected):
            "\(field): the commitment holds, but what it opens is not \(expected)"
        case .wrongAudience(let field, let reader): "\(field): it is not for \(reader) to read"
        }
    }
}

extension Statement {
    /// Why an opening does not open what this statement commits to; nil where it does.
    public func mismatch(of disclosure: Disclosure) -> OpeningMismatch? {
        guard let committed = sealed[disclosure.name], let rule = kind.field(disclosure.name) else {
            return .notCommitted(disclosure.name)
        }
        guard committed == disclosure.digest else { return .otherValue(disclosure.name) }
        return rule.expectation(brokenBy: disclosure.value).map {
            .wrongForm(disclosure.name, expected: $0)
        }
    }
}
