// SPDX-License-Identifier: Apache-2.0

/// Which logs a reader accepts, which witnesses it knows, and how many of them must have cosigned.
///
/// Names are bytes: the letter K and the Kelvin sign are two names.
///
/// Source: C2SP tlog-policy.
public struct WitnessPolicy: Hashable, Sendable {
    /// An accepted log. The name of its key is the origin of its checkpoints.
    public struct LogLine: Hashable, Sendable {
        public let key: NoteKey
        /// Where to reach it, nil where the policy does not say.
        public let url: String?

        public init(key: NoteKey, url: String? = nil) {
            self.key = key
            self.url = url
        }
    }

    /// A known witness.
    public struct WitnessLine: Hashable, Sendable {
        /// What groups and the quorum call it; means nothing outside the policy.
        public let name: String
        public let key: NoteKey
        /// The witness's submission prefix, nil where the policy does not say. Some other readers
        /// of policies insist on one.
        public let url: String?

        public init(name: String, key: NoteKey, url: String? = nil) {
            self.name = name
            self.key = key
            self.url = url
        }
    }

    /// Witnesses and earlier groups, of which so many must have cosigned.
    public struct Group: Hashable, Sendable {
        public let name: String
        /// How many members must have cosigned: 1…`members.count`.
        public let threshold: Int
        public let members: [String]

        public init(name: String, threshold: Int, members: [String]) {
            self.name = name
            self.threshold = threshold
            self.members = members
        }
    }

    /// The quorum that needs no cosignature at all.
    public static let noQuorum = "none"

    public let logs: [LogLine]
    public let witnesses: [WitnessLine]
    /// In an order in which each refers only to earlier ones.
    public let groups: [Group]
    /// The witness or group that must have cosigned, or ``noQuorum``.
    public let quorum: String

    /// A policy of these parts.
    ///
    /// - Throws: ``MalformedPolicy`` as for the same policy in text; its line is that in ``text``.
    public init(
        logs: [LogLine], witnesses: [WitnessLine], groups: [Group], quorum: String
    ) throws(MalformedPolicy) {
        let text = Self.text(logs: logs, witnesses: witnesses, groups: groups, quorum: quorum)
        try self.init(parsing: text)
        // A line break within a name or URL could otherwise smuggle in a line of its own.
        guard self.logs == logs, self.witnesses == witnesses, self.groups == groups else {
            throw MalformedPolicy(line: 1, reason: "names and URLs have no white space")
        }
    }

    /// For the parser, which has checked them.
    init(checkedLogs logs: [LogLine], witnesses: [WitnessLine], groups: [Group], quorum: String) {
        self.logs = logs
        self.witnesses = witnesses
        self.groups = groups
        self.quorum = quorum
    }

    /// The same logs, whose word alone is enough.
    public var withoutQuorum: WitnessPolicy {
        WitnessPolicy(
            checkedLogs: logs, witnesses: witnesses, groups: groups, quorum: WitnessPolicy.noQuorum)
    }

    /// The policy as a file: logs, witnesses, groups, quorum; every URL that is known is written.
    public var bytes: [UInt8] { OpaqueText.bytes(of: text) }

    /// The same as text; bytes that are not UTF-8 are private-use characters in it.
    public var text: String {
        Self.text(logs: logs, witnesses: witnesses, groups: groups, quorum: quorum)
    }

    private static func text(
        logs: [LogLine], witnesses: [WitnessLine], groups: [Group], quorum: String
    ) -> String {
        var lines = logs.map { ["log", $0.key.vkey, $0.url] }
        lines += witnesses.map { ["witness", $0.name, $0.key.vkey, $0.url] }
        lines += groups.map { ["group", $0.name, String($0.threshold)] + $0.members }
        lines.append(["quorum", quorum])
        return lines.map { $0.compactMap(\.self).joined(separator: " ") + "\n" }.joined()
    }

    public static func == (left: WitnessPolicy, right: WitnessPolicy) -> Bool {
        left.text.isExactly(right.text)
    }
}
