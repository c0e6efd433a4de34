// SPDX-License-Identifier: Apache-2.0

public import Disclosure
public import TransparencyLog

/// What an author wrote, divided into what everyone may read and what is only committed to.
public struct SealedDraft: Hashable, Sendable {
    /// The members of the predicate, without those below public.
    public let members: JSONObject
    /// The openings of what was taken out, by field name.
    public let disclosures: [Disclosure]

    /// Takes the fields below public out of a statement's members.
    ///
    /// - Parameter salt: gives 16 bytes from a good source of entropy, others at every call.
    /// - Throws: ``MalformedStatement`` where a field below public is missing or has another form;
    ///   public ones are the predicate's to judge.
    public init(
        of kind: StatementKind, _ members: JSONObject, salt: () -> [UInt8]
    ) throws(MalformedStatement) {
        var open = members
        var disclosures: [Disclosure] = []
        for rule in kind.sealedFields.sorted(by: { $0.name < $1.name }) {
            let value = members[rule.name] ?? .null
            open[rule.name] = nil
            guard value != .null || rule.isRequired else { continue }
            if let expected = rule.expectation(brokenBy: value) {
                throw MalformedStatement(
                    pointer: "/\(rule.name)", expected: "\(expected) (for \(rule.audience))")
            }
            disclosures.append(Disclosure(salt: salt(), name: rule.name, value: value))
        }
        self.members = open
        self.disclosures = disclosures
    }
}

extension Commitments {
    /// What is committed to with these openings.
    ///
    /// - Precondition: every field is opened once.
    public init(to disclosures: [Disclosure]) {
        self.init(Dictionary(uniqueKeysWithValues: disclosures.map { ($0.name, $0.digest) }))
    }
}

extension FieldRule {
    /// What the field has to be where this value is something else; nil for one that will do.
    ///
    /// Public fields are the predicate's to judge.
    public func expectation(brokenBy value: JSON) -> String? {
        switch form {
        case nil: nil
        case .text?:
            FieldRule.isText(value) ? nil : "at most 16384 bytes of text without control characters"
        case .integer?:
            (0...Statement.largestSequence).contains(value.integer ?? -1)
                ? nil : "an integer from 0 to \(Statement.largestSequence)"
        case .decimal?:
            FieldRule.isAmount(value)
                ? nil : "a decimal written as a string, not negative, such as \"0.2\" or \"1e24\""
        case .decimals?:
            value.object?.members.allSatisfy { !$0.key.isEmpty && FieldRule.isAmount($0.value) }
                == true
                ? nil : "an object from names to decimals written as strings, none negative"
        case .records?:
            value.array?.allSatisfy { $0.object != nil } == true ? nil : "an array of objects"
        }
    }

    private static func isText(_ value: JSON) -> Bool {
        guard let text = value.string else { return false }
        return text.utf8.count <= 16_384
            && text.utf8.allSatisfy { $0 >= 0x20 || $0 == 0x0A || $0 == 0x09 }
    }

    private static func isAmount(_ value: JSON) -> Bool {
        guard let amount = value.string.flatMap({ ExactDecimal($0) }) else { return false }
        return .zero <= amount
    }
}

/// A party that may read some of what a statement commits to.
public struct SealedReader: Hashable, Sendable {
    public let party: Party
    /// The fields that it may read, sorted.
    public let fields: [String]
}

extension Agreement {
    /// Who may read what a statement commits to, sorted by name, whether or not they have a key
    /// that it could be sealed to.
    public func readers(of statement: Statement) -> [SealedReader] {
        var fields: [String: [String]] = [:]
        for rule in statement.kind.sealedFields where statement.sealed[rule.name] != nil {
            for party in readers(of: rule, in: statement.predicate) {
                fields[party.name, default: []].append(rule.name)
            }
        }
        return parties.filter { fields[$0.name] != nil }
            .sorted { $0.name < $1.name }
            .map { SealedReader(party: $0, fields: fields[$0.name]?.sorted() ?? []) }
    }
}
