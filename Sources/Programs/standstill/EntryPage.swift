// SPDX-License-Identifier: Apache-2.0

import Brake
import Disclosure
import PauseAgreement
import TransparencyLog

/// An entry as people read it: who said what and when, whether it had effect, and what followed.
struct EntryPage {
    let entry: Entry
    let consequences: Consequences
    /// What the law says now, for what became of what the entry opened.
    let now: State
    let agreement: Agreement
    let prose: ProseText?

    func lines(verification: String) -> [String] {
        [head, verification] + section("says", says) + section("sealed", sealed)
            + section("effect", effect) + section("what followed", followed)
            + section("since then", since)
    }

    private func section(_ title: String, _ lines: [String]) -> [String] {
        lines.isEmpty ? [] : ["", title] + lines.map { "  \($0)" }
    }

    // MARK: - Who said what

    private var head: String {
        let summary = consequences.entry
        let signer = summary.signer.isEmpty ? "nobody known" : summary.signer
        let keys = entry.envelope.signatures.count
        return
            "entry \(entry.index): \(summary.kind.rawValue) by \(signer), received \(entry.received) "
            + "(sequence \(entry.statement.sequence), \(keys == 1 ? "1 key" : "\(keys) keys"))"
    }

    private var says: [String] {
        JSON.object(entry.statement.predicate.json).prettyBytes.split(separator: 0x0A)
            .map { String(decoding: $0, as: UTF8.self) }
            .dropFirst().dropLast().map { String($0.trimmingPrefix("  ")) }
    }

    fileprivate struct SealedField {
        let rule: FieldRule
        let commitment: String
        let readers: [String]
    }

    private var sealedFields: [SealedField] {
        let statement = entry.statement
        return statement.sealed.names.compactMap { name in
            guard let rule = statement.kind.field(name), let digest = statement.sealed[name] else {
                return nil
            }
            let readers = agreement.readers(of: rule, in: statement.predicate).map(\.name)
            return SealedField(rule: rule, commitment: digest.text, readers: readers.sorted())
        }
    }

    private var sealed: [String] {
        sealedFields.map { field in
            let readers =
                field.readers.isEmpty ? "nobody" : field.readers.joined(separator: ", ")
            return "\(field.rule.name): for \(field.rule.audience.rawValue) (\(readers)), "
                + "committed to as \(field.commitment)"
        }
    }

    // MARK: - What came of it

    private var why: NoEffect? {
        if case .without(let why) = consequences.entry.effect { why } else { nil }
    }

    private var effect: [String] {
        guard let why else {
            return [
                consequences.changes.isEmpty
                    ? "it counts, and changed nothing but the record" : "it had effect"
            ]
        }
        let clause = why.clause.map { " (article \($0))" } ?? ""
        return ["none: \(why.sentence)\(clause)"] + quote(why.clause)
    }

    /// The article's own words, where they are at hand.
    private func quote(_ clause: String?) -> [String] {
        guard let clause, let text = prose?.article(clause) else { return [] }
        return ["  article \(clause): “\(text.trimmingPrefix("\(clause) "))”"]
    }

    private var followed: [String] {
        let changes = consequences.changes.map { change in
            (change.about == change.kind.rawValue ? "" : "\(change.kind.rawValue) ")
                + "\(change.about): \(change.sentence)"
                + (change.clause.map { " (article \($0))" } ?? "")
        }
        let epoch =
            consequences.epochBefore == consequences.epochAfter
            ? "order: unchanged, epoch \(consequences.epochAfter)"
            : "order: epoch \(consequences.epochBefore) before, \(consequences.epochAfter) after"
        return changes + [epoch]
    }

    private var since: [String] {
        consequences.opened.map { "\($0): \(standing(of: $0))" }
    }

    /// What became of a question or cause by now.
    private func standing(of id: String) -> String {
        if let question = now.questions.first(where: { $0.id == id }) {
            return String(question.sentence.trimmingPrefix("\(id): "))
        }
        if let cause = now.order.causes.first(where: { $0.id == id }) {
            return "open: \(cause.sentence)"
        }
        return "ended by \(now.at)"
    }

    // MARK: - JSON

    func json(isVerified: Bool, _ verification: String) -> JSONObject {
        let summary = consequences.entry
        return [
            "index": .integer(Int64(entry.index.value)),
            "received": .integer(entry.received.milliseconds),
            "kind": .string(summary.kind.rawValue), "signer": .string(summary.signer),
            "sequence": .integer(entry.statement.sequence),
            "keyids": .array(entry.envelope.signatures.map { .string($0.keyID) }),
            "statement": .object(entry.statement.predicate.json),
            "sealed": .array(sealedFields.map { .object($0.json) }),
            "effect": effectJSON,
            "epoch": [
                "before": .integer(consequences.epochBefore),
                "after": .integer(consequences.epochAfter),
            ],
            "brake": [
                "before": .string(consequences.brakeBefore.rawValue),
                "after": .string(consequences.brakeAfter.rawValue),
            ],
            "changes": .array(consequences.changes.map { .object($0.json) }),
            "opened": .array(
                consequences.opened.map { ["id": .string($0), "now": .string(standing(of: $0))] }),
            "verified": .bool(isVerified), "verification": .string(verification),
        ]
    }

    private var effectJSON: JSON {
        guard let why else { return ["effective": true] }
        var object: JSONObject = ["effective": false, "reason": .string(why.sentence)]
        object["clause"] = why.clause.map { .string($0) }
        object["text"] = why.clause.flatMap { prose?.article($0) }.map { .string($0) }
        return .object(object)
    }
}

extension EntryPage.SealedField {
    fileprivate var json: JSONObject {
        [
            "field": .string(rule.name), "audience": .string(rule.audience.rawValue),
            "commitment": .string(commitment), "readers": .array(readers.map { .string($0) }),
        ]
    }
}

extension Consequences.Change {
    fileprivate var json: JSONObject {
        var object: JSONObject = [
            "kind": .string(kind.rawValue), "about": .string(about), "sentence": .string(sentence),
        ]
        object["clause"] = clause.map { .string($0) }
        return object
    }
}
