// SPDX-License-Identifier: Apache-2.0

import Disclosure
import TransparencyLog

extension AgreementReader {
    mutating func logTerms(_ term: Term?) -> LogTerms? {
        guard
            let fields = section(term, required: ["origin", "key", "tick", "merge-delay", "skew"])
        else { return nil }
        let key = publicKey(fields["key"])
        let origin = origin(fields["origin"], key: key)
        let tick = span(fields["tick"], least: .leastClock)
        let mergeDelay = span(fields["merge-delay"], least: .leastClock)
        let skew = span(fields["skew"])
        guard let key, let origin, let tick, let mergeDelay, let skew else { return nil }
        return LogTerms(origin: origin, key: key, tick: tick, mergeDelay: mergeDelay, skew: skew)
    }

    /// The origin is a key's name in signed notes, and its host a part of the monitors' names.
    private mutating func origin(_ term: Term?, key: PublicKey?) -> String? {
        guard let text = line(term) else { return nil }
        let host =
            text.split(separator: "/", omittingEmptySubsequences: false).first.map(String.init)
            ?? ""
        let usable = key.map { NoteKey(name: text, algorithm: .ed25519, key: $0) != nil } ?? true
        guard host.isPlainName, usable else {
            refuse(
                term, "expected a host and a path such as \"example.org/log\", found \"\(text)\"")
            return nil
        }
        return text
    }

    mutating func monitorTerms(_ term: Term?) -> MonitorTerms? {
        guard let fields = section(term, required: ["signatures", "liars"]) else { return nil }
        let signatures = integer(fields["signatures"], in: 1...1000)
        let liars = integer(fields["liars"], in: 0...1000)
        guard let signatures, let liars else { return nil }
        return MonitorTerms(signatures: signatures, liars: liars)
    }

    /// The parties, sorted by name; nil where one could not be read.
    mutating func parties(_ term: Term?) -> [Party]? {
        guard let terms = named(term) else { return nil }
        let names = terms.map(\.key)
        let parties = terms.map { party($0, names: names) }
        guard !parties.contains(where: { $0 == nil }) else { return nil }
        return parties.compactMap(\.self).sorted {
            $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
        }
    }

    private mutating func party(_ term: Term, names: [String]) -> Party? {
        let several = term.members?.contains { $0.key == "keys" } ?? false
        guard
            let fields = section(
                term, required: ["roles", "jurisdiction", several ? "keys" : "key"],
                optional: ["threshold", "share", "nominated-by", "sealing-key"]
                    + (several ? ["key"] : ["keys"]))
        else { return nil }
        let roles = words(fields["roles"], as: Role.self, least: 1)
        let jurisdiction = line(fields["jurisdiction"])
        let keys = keys(fields)
        let threshold = threshold(fields, keys: keys)
        let share = fields["share"] == nil ? .zero : share(fields["share"])
        var nominatedBy: String?
        if let text = line(fields["nominated-by"]) {
            nominatedBy = resolved(text, at: fields["nominated-by"], "party", among: names)
            if nominatedBy == nil { return nil }
        }
        var sealingKey: SealingPublicKey?
        if let written = fields["sealing-key"] {
            sealingKey = self.sealingKey(written)
            if sealingKey == nil { return nil }
        }
        guard let roles, let jurisdiction, let keys, let threshold, let share else { return nil }
        return Party(
            name: term.key, roles: roles, jurisdiction: jurisdiction, keys: keys,
            threshold: threshold,
            share: share, nominatedBy: nominatedBy, sealingKey: sealingKey)
    }

    private mutating func keys(_ fields: TermSection) -> [PublicKey]? {
        guard let keys = fields["keys"] else { return publicKey(fields["key"]).map { [$0] } }
        guard fields["key"] == nil else {
            refuse(at: keys.keyPlace, fields.term.path, "either \"key\" or \"keys\", not both")
            return nil
        }
        guard let elements = list(keys) else { return nil }
        let read = elements.map { publicKey($0) }
        guard !read.isEmpty else {
            refuse(keys, "expected at least one key")
            return nil
        }
        return read.contains { $0 == nil } ? nil : read.compactMap(\.self)
    }

    private mutating func threshold(_ fields: TermSection, keys: [PublicKey]?) -> Int? {
        guard fields["threshold"] != nil else { return 1 }
        guard let keys else { return nil }
        return integer(fields["threshold"], in: 1...keys.count)
    }

    private mutating func publicKey(_ term: Term?) -> PublicKey? {
        guard let text = line(term) else { return nil }
        guard let bytes = Base64.decode(text) else {
            refuse(term, "expected a public key in base64")
            return nil
        }
        do throws(UnusableKey) {
            return try PublicKey(spki: bytes)
        } catch {
            refuse(term, "unusable key: \(sentencePart(error.description))")
            return nil
        }
    }

    private mutating func sealingKey(_ term: Term) -> SealingPublicKey? {
        guard let text = line(term) else { return nil }
        do throws(UnusableSealingKey) {
            return try SealingPublicKey(spkiBase64: text)
        } catch {
            refuse(term, "unusable key: \(sentencePart(error.description))")
            return nil
        }
    }

    /// One key, one holder: what is sealed for one party must not be readable by another.
    mutating func refuseRepeatedSealingKeys(parties: Term?) {
        var holders: [String: String] = [:]
        for party in parties?.members ?? [] {
            guard let key = party.members?.first(where: { $0.key == "sealing-key" }),
                let text = key.node.scalar
            else { continue }
            if let holder = holders[text] {
                refuse(
                    key, "this is the sealing key of party \"\(holder)\"",
                    hint: "every party needs a key of its own")
            } else {
                holders[text] = party.key
            }
        }
    }

    /// One key, one holder: two parties with one key would be one voter with two votes.
    mutating func refuseRepeatedKeys(log: Term?, parties: Term?) {
        var holders: [String: String] = [:]
        if let text = log?.node["key"]?.scalar { holders[text] = "the log" }
        for party in parties?.members ?? [] {
            for key in party.members ?? [] where key.key == "key" || key.key == "keys" {
                for element in key.elements ?? [key] {
                    guard let text = element.node.scalar else { continue }
                    if let holder = holders[text] {
                        refuse(
                            element, "this is the key of \(holder)",
                            hint: "every party needs a key of its own")
                    } else {
                        holders[text] = "party \"\(party.key)\""
                    }
                }
            }
        }
    }

    /// `text` if it is one of `names`.
    mutating func resolved(
        _ text: String, at term: Term?, _ kind: String, among names: [String]
    ) -> String? {
        if names.contains(text) { return text }
        refuse(
            term, "no \(kind) is named \"\(text)\"", hint: Spelling.hint(for: text, among: names))
        return nil
    }

    mutating func entryIntoForce(_ term: Term?) -> EntryIntoForce? {
        guard
            let fields = section(
                term, required: ["at-least", "states", "developers", "least-share", "article"])
        else { return nil }
        let atLeast = integer(fields["at-least"], in: 1...100_000)
        let states = integer(fields["states"], in: 0...100_000)
        let developers = integer(fields["developers"], in: 0...100_000)
        let share = share(fields["least-share"])
        let article = article(fields)
        guard let atLeast, let states, let developers, let share, let article else { return nil }
        return EntryIntoForce(
            atLeast: atLeast, leastStates: states, leastDevelopers: developers, leastShare: share,
            article: article)
    }
}

extension TimeSpan {
    /// No clock of an agreement runs faster than this.
    static let leastClock = TimeSpan(milliseconds: 1000)
}

/// The reason without capital and full stop.
private func sentencePart(_ description: String) -> String {
    let text = description.hasSuffix(".") ? String(description.dropLast()) : description
    return text.prefix(1).lowercased() + text.dropFirst()
}
