// SPDX-License-Identifier: Apache-2.0

/// Text that is no policy.
public struct MalformedPolicy: Error, Equatable, CustomStringConvertible {
    /// The line, counted from 1.
    public let line: Int
    /// What was expected, as a part of a sentence.
    public let reason: String

    public init(line: Int, reason: String) {
        self.line = line
        self.reason = reason
    }

    public var description: String { "policy, line \(line): \(reason)" }
}

extension WitnessPolicy {
    /// The policy of a file's text.
    ///
    /// - Throws: ``MalformedPolicy`` with the line and what was expected there.
    public init(parsing text: String) throws(MalformedPolicy) {
        try self.init(parsing: OpaqueText.bytes(of: text))
    }

    /// The policy of a file, which need not be UTF-8: names, addresses and comments are bytes.
    ///
    /// Logs must have keys of type 0x01 and witnesses of type 0x04, the only types this room
    /// verifies.
    ///
    /// - Throws: ``MalformedPolicy`` with the line and what was expected there.
    public init(parsing bytes: [UInt8]) throws(MalformedPolicy) {
        var parser = PolicyParser()
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        for line in lines { try parser.read(line) }
        self = try parser.policy()
    }
}

private struct PolicyParser {
    private var line = 0
    private var logs: [WitnessPolicy.LogLine] = []
    private var witnesses: [WitnessPolicy.WitnessLine] = []
    private var groups: [WitnessPolicy.Group] = []
    private var quorum: String?
    /// Names in bytes, as the format compares them.
    private var defined: Set<[UInt8]> = []
    private var usedAsMember: Set<[UInt8]> = []

    init() {}

    mutating func read(_ bytes: ArraySlice<UInt8>) throws(MalformedPolicy) {
        line += 1
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
            throw fail("control characters other than tab are not allowed")
        }
        var items = bytes.split { $0 == 0x20 || $0 == 0x09 }.map { OpaqueText.text(of: $0) }
        guard let keyword = items.first, keyword.utf8.first != UInt8(ascii: "#") else { return }
        items.removeFirst()
        switch keyword {
        case "log": try readLog(items)
        case "witness": try readWitness(items)
        case "group": try readGroup(items)
        case "quorum": try readQuorum(items)
        default: throw fail("expected log, witness, group or quorum, found \(keyword.shown)")
        }
    }

    func policy() throws(MalformedPolicy) -> WitnessPolicy {
        guard let quorum else {
            throw MalformedPolicy(line: max(line, 1), reason: "expected a quorum line")
        }
        return WitnessPolicy(
            checkedLogs: logs, witnesses: witnesses, groups: groups, quorum: quorum)
    }

    private mutating func readLog(_ items: [String]) throws(MalformedPolicy) {
        guard (1...2).contains(items.count) else { throw fail("expected: log <vkey> [<url>]") }
        let key = try key(items[0], .ed25519)
        guard !logs.contains(where: { $0.key.key == key.key }) else {
            throw fail("two logs have this public key")
        }
        logs.append(WitnessPolicy.LogLine(key: key, url: items.count > 1 ? items[1] : nil))
    }

    private mutating func readWitness(_ items: [String]) throws(MalformedPolicy) {
        guard (2...3).contains(items.count) else {
            throw fail("expected: witness <name> <vkey> [<url>]")
        }
        let key = try key(items[1], .cosignature)
        guard !witnesses.contains(where: { $0.key.key == key.key }) else {
            throw fail("two witnesses have this public key")
        }
        try define(items[0])
        witnesses.append(
            WitnessPolicy.WitnessLine(
                name: items[0], key: key, url: items.count > 2 ? items[2] : nil))
    }

    private mutating func readGroup(_ items: [String]) throws(MalformedPolicy) {
        guard items.count >= 3 else { throw fail("expected: group <name> all|any|<k> <name>...") }
        let members = Array(items[2...])
        let threshold: Int
        switch items[1] {
        case "all": threshold = members.count
        case "any": threshold = 1
        default:
            guard let number = CanonicalDecimal.parse(items[1]),
                (1...members.count).contains(Int(clamping: number))
            else { throw fail("expected all, any or a number from 1 to \(members.count)") }
            threshold = Int(number)
        }
        for member in members {
            try checkDefined(member)
            guard usedAsMember.insert(member.bytes).inserted else {
                throw fail("\(member.shown) is already a member of a group")
            }
        }
        try define(items[0])
        groups.append(WitnessPolicy.Group(name: items[0], threshold: threshold, members: members))
    }

    private mutating func readQuorum(_ items: [String]) throws(MalformedPolicy) {
        guard items.count == 1 else { throw fail("expected: quorum <name>") }
        guard quorum == nil else { throw fail("expected one quorum line only") }
        if items[0] != WitnessPolicy.noQuorum { try checkDefined(items[0]) }
        quorum = items[0]
    }

    private func key(
        _ vkey: String, _ algorithm: NoteKey.Algorithm
    ) throws(MalformedPolicy) -> NoteKey {
        let key: NoteKey
        // A key's name is UTF-8 and is hashed as it stands.
        guard let name = OpaqueText.bytes(of: vkey).text else { throw fail("expected UTF-8") }
        do { key = try NoteKey(vkey: name) } catch { throw fail(error.reason) }
        guard key.algorithm == algorithm else {
            throw fail("expected a key of signature type \(algorithm.rawValue)")
        }
        return key
    }

    private mutating func define(_ name: String) throws(MalformedPolicy) {
        guard name != WitnessPolicy.noQuorum else { throw fail("the name \"none\" is reserved") }
        guard defined.insert(name.bytes).inserted else {
            throw fail("the name \(name.shown) is already defined")
        }
    }

    private func checkDefined(_ name: String) throws(MalformedPolicy) {
        guard defined.contains(name.bytes) else {
            throw fail("no witness or group \(name.shown) is defined before this line")
        }
    }

    private func fail(_ reason: String) -> MalformedPolicy {
        MalformedPolicy(line: line, reason: reason)
    }
}
