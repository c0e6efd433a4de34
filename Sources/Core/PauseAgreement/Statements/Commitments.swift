// SPDX-License-Identifier: Apache-2.0

public import Disclosure
public import TransparencyLog

/// What a statement commits to instead of saying it: a digest for each field below public.
///
/// Source: RFC 9901 §4.2 for the digests; the names stand beside them, since they are the schema's
/// and hide nothing.
public struct Commitments: Hashable, Sendable {
    private let digests: [String: CommitmentDigest]

    public init(_ digests: [String: CommitmentDigest] = [:]) {
        self.digests = digests
    }

    public static let none = Commitments()

    /// The fields committed to, sorted.
    public var names: [String] { digests.keys.sorted() }
    public var isEmpty: Bool { digests.isEmpty }
    public subscript(name: String) -> CommitmentDigest? { digests[name] }

    /// Reads the member `sealed` of a predicate of that kind.
    init(_ fields: inout Fields, of kind: StatementKind) throws(MalformedStatement) {
        var digests: [String: CommitmentDigest] = [:]
        let rules = kind.sealedFields
        if var sealed = try fields.optionalObject("sealed") {
            for rule in rules where sealed.optional(rule.name) != nil {
                guard let digest = CommitmentDigest(try sealed.string(rule.name)) else {
                    throw sealed.missing(
                        rule.name, "a commitment: 43 characters of base64url without padding")
                }
                digests[rule.name] = digest
            }
            try sealed.end()
            guard !digests.isEmpty else {
                throw fields.missing("sealed", "at least one commitment, or no such member")
            }
        }
        for rule in rules where rule.isRequired && digests[rule.name] == nil {
            throw fields.missing(
                "sealed/\(rule.name)", "a commitment to \"\(rule.name)\", for \(rule.audience)")
        }
        self.digests = digests
    }

    /// The member `sealed`, or nil where there is nothing in it.
    var json: JSON? {
        guard !digests.isEmpty else { return nil }
        var object = JSONObject()
        for (name, digest) in digests { object[name] = .string(digest.text) }
        return .object(object)
    }
}

extension Agreement {
    /// Who may read a field of a statement, sorted by name; nobody in particular for public ones.
    public func readers(of rule: FieldRule, in predicate: Predicate) -> [Party] {
        switch rule.audience {
        case .public: []
        case .parties: parties.filter { $0.sealingKey != nil }
        case .auditors: parties(with: .auditor)
        case .authority: parties(with: .authority)
        case .named: predicate.readers.compactMap { party($0) }
        }
    }
}

extension Predicate {
    /// Whom a statement names as the readers of its fields for named ones.
    public var readers: [String] {
        switch self {
        case .answer(let answer): answer.readers
        case .finding(let finding): finding.readers
        default: []
        }
    }
}
