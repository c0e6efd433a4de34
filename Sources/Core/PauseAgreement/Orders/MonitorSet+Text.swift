// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// Why a text is no set of monitors that an agreement can have.
public struct UnfitMonitorSet: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line, counted from 1.
    public let line: Int
    /// What is wrong with it, as a part of a sentence.
    public let reason: String

    public var description: String { "monitor set, line \(line): \(reason)" }
}

extension MonitorSet {
    /// The first line of the signed note; no order, checkpoint or cosignature can begin like this.
    public static let header = "standstill.example/monitors/v1"
    /// The most monitors that a set has.
    public static let mostMembers = 64
    /// Names that witness policies give a meaning of their own.
    static let reservedNames = ["none", "monitors", "log"]

    /// The text of the signed note: one spelling for each set.
    public var text: String {
        var lines = [MonitorSet.header, "agreement \(agreement.hex)", "version \(version)"]
        if let previous { lines.append("previous \(previous.hex)") }
        lines.append("signatures \(terms.signatures) liars \(terms.liars)")
        return (lines + members.map(\.order.vkey)).map { "\($0)\n" }.joined()
    }

    /// Reads the text of a later version than the agreement's own, in its one spelling.
    ///
    /// Checked as the agreement's own set is: 2k−n above f, n−f not below k, keys that are nobody
    /// else's; and f may not be less than the agreement's. Who signed it is another question.
    public init(parsing text: String, under agreement: Agreement) throws(UnfitMonitorSet) {
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(Substring($0)) }
        func fault(_ line: Int, _ reason: String) -> UnfitMonitorSet {
            UnfitMonitorSet(line: line, reason: reason)
        }
        guard lines.count >= 7, lines.last == "" else {
            throw fault(1, "expected a header, four lines of terms and the monitors' keys")
        }
        guard lines[0] == MonitorSet.header else { throw fault(1, "expected \(MonitorSet.header)") }
        guard lines[1] == "agreement \(agreement.id.hex)" else {
            throw fault(2, "expected agreement \(agreement.id.hex)")
        }
        guard let version = Int64(lines[2].trimmingPrefix("version ")),
            (2...1_000_000).contains(version), lines[2] == "version \(version)"
        else { throw fault(3, "expected a version from 2 on") }
        guard lines[3].hasPrefix("previous "),
            let previous = Digest(hex: String(lines[3].dropFirst(9)))
        else { throw fault(4, "expected the digest of the version before") }
        guard let terms = MonitorTerms(line: lines[4]) else {
            throw fault(5, "expected signatures and liars, such as \"signatures 3 liars 1\"")
        }
        let keys = lines[5..<(lines.count - 1)]
        guard keys.count <= MonitorSet.mostMembers else {
            throw fault(6, "a set has at most \(MonitorSet.mostMembers) monitors")
        }
        if let weakness = terms.weakness(among: keys.count) {
            throw fault(5, weakness.sentence(terms, among: keys.count))
        }
        guard terms.liars >= agreement.monitoring.liars else {
            throw fault(5, "fewer liars than the agreement's \(agreement.monitoring.liars)")
        }
        var members: [MonitorKey] = []
        for (place, line) in keys.enumerated() {
            do throws(MalformedVerifierKey) {
                let key = try NoteKey(vkey: line)
                if let reason = agreement.objection(to: key, after: members) {
                    throw MalformedVerifierKey(reason)
                }
                guard let member = agreement.monitorKey(key) else {
                    throw MalformedVerifierKey("a name ends in .\(agreement.monitorHost)")
                }
                members.append(member)
            } catch {
                throw fault(6 + place, error.reason)
            }
        }
        let covered = members.filter { agreement.isInDevelopersHands($0.party) }
        guard covered.count < terms.signatures else {
            throw fault(5, "developers alone could sign an order with their own monitors")
        }
        self.init(
            agreement: agreement.id, version: version, previous: previous, terms: terms,
            members: members)
        guard self.text.utf8.elementsEqual(text.utf8) else { throw fault(1, "expected ASCII") }
    }
}

extension Agreement {
    /// The agreement's own set: version 1.
    ///
    /// - Precondition: the agreement was read, so that every monitor has one key.
    public var monitors: MonitorSet {
        MonitorSet(
            agreement: id, version: 1, previous: nil, terms: monitoring, members: monitorKeys)
    }

    /// The next version after `set`, to be signed by enough of it.
    ///
    /// - Parameter members: names and keys, in any order.
    public func monitors(
        after set: MonitorSet, terms: MonitorTerms, members: [(party: String, key: PublicKey)]
    ) throws(UnfitMonitorSet) -> MonitorSet {
        var keys: [MonitorKey] = []
        for (party, key) in members {
            guard let member = monitorKey(party, key) else {
                throw UnfitMonitorSet(line: 6, reason: "\(party) is no name of a monitor")
            }
            keys.append(member)
        }
        keys.sort { $0.party.utf8.lexicographicallyPrecedes($1.party.utf8) }
        let draft = MonitorSet(
            agreement: id, version: set.version + 1, previous: set.digest, terms: terms,
            members: keys)
        return try MonitorSet(parsing: draft.text, under: self)
    }

    /// A monitor's key under its name; nil where the name is none that a monitor can have.
    public func monitorKey(_ party: String, _ key: PublicKey) -> MonitorKey? {
        guard party.isPlainName else { return nil }
        return MonitorKey(party: party, name: "\(party).\(monitorHost)", key: key)
    }

    /// What follows a monitor's name in the name of its key.
    var monitorHost: String {
        log.origin.split(separator: "/").first.map(String.init) ?? log.origin
    }

    fileprivate func monitorKey(_ key: NoteKey) -> MonitorKey? {
        let end = ".\(monitorHost)"
        guard key.name.hasSuffix(end) else { return nil }
        let party = String(key.name.dropLast(end.count))
        return party.isPlainName ? MonitorKey(party: party, name: key.name, key: key.key) : nil
    }

    /// What speaks against this key as the next of a set; nil where nothing.
    fileprivate func objection(to key: NoteKey, after members: [MonitorKey]) -> String? {
        guard key.algorithm == .ed25519 else { return "expected the key for orders (type 1)" }
        guard let member = monitorKey(key) else {
            return "expected a monitor's name that ends in .\(monitorHost)"
        }
        if MonitorSet.reservedNames.contains(member.party) {
            return "no monitor can have this name: policies reserve it"
        }
        if let last = members.last,
            !last.party.utf8.lexicographicallyPrecedes(member.party.utf8)
        {
            return "monitors are sorted by name, each once"
        }
        if let twin = members.first(where: { $0.order.key == key.key }) {
            return "this is the key of \(twin.party), too"
        }
        if key.key == log.key { return "this is the key of the log" }
        if let party = party(member.party), !party.roles.contains(.monitor) {
            return "\(party.name) is a party, and no monitor"
        }
        let holder = parties.first { $0.name != member.party && $0.keys.contains(key.key) }
        return holder.map { "this is the key of party \($0.name)" }
    }

    /// A developer or operator, or somebody whom one put forward.
    fileprivate func isInDevelopersHands(_ name: String) -> Bool {
        guard let party = party(name) else { return false }
        return party.doesCoveredWork
            || party.nominatedBy.flatMap { self.party($0) }?.doesCoveredWork == true
    }
}

extension MonitorTerms {
    /// Why so many signatures are no rule for so many monitors.
    enum Weakness: Hashable, Sendable {
        /// One key alone could invent an order.
        case oneKey
        /// 2k−n ≤ f: two different orders could both have enough.
        case twoOrders
        /// n−f < k: the liars could keep every order from having enough.
        case noOrder
    }

    func weakness(among count: Int) -> Weakness? {
        if signatures < 2 { return .oneKey }
        if 2 * signatures - count <= liars { return .twoOrders }
        return count - liars < signatures ? .noOrder : nil
    }

    /// `signatures 3 liars 1`.
    fileprivate init?(line: String) {
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 4, words[0] == "signatures", words[2] == "liars",
            let signatures = Int(words[1]), let liars = Int(words[3]),
            (0...MonitorSet.mostMembers).contains(signatures),
            (0...MonitorSet.mostMembers).contains(liars),
            line == "signatures \(signatures) liars \(liars)"
        else { return nil }
        self.init(signatures: signatures, liars: liars)
    }
}

extension MonitorTerms.Weakness {
    func sentence(_ terms: MonitorTerms, among count: Int) -> String {
        switch self {
        case .oneKey: "one key alone could invent an order"
        case .twoOrders:
            "too few signatures: with \(terms.liars) of \(count) monitors lying, two different orders "
                + "could both have \(terms.signatures)"
        case .noOrder:
            "too many signatures: with \(terms.liars) of \(count) monitors silent, no order could "
                + "have \(terms.signatures)"
        }
    }
}
