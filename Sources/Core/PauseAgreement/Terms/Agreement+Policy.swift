// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

extension Agreement {
    /// The log's key for checkpoints and ticks; its name is the origin.
    ///
    /// - Precondition: the agreement was read, so that its origin is a key's name.
    public var logKey: NoteKey { noteKey(log.origin, .ed25519, log.key) }

    /// The monitors' keys, sorted by party, named `NAME.HOST` after the log's host.
    ///
    /// - Precondition: the agreement was read, so that every monitor has one key.
    public var monitorKeys: [MonitorKey] {
        parties(with: .monitor).map { monitor in
            precondition(monitor.keys.count == 1, "a monitor has exactly one key")
            let name = "\(monitor.name).\(monitorHost)"
            guard let key = MonitorKey(party: monitor.name, name: name, key: monitor.keys[0]) else {
                preconditionFailure("an agreement that was read has usable key names")
            }
            return key
        }
    }

    /// The witness policy that this agreement's receipts and checkpoints are checked with: its log,
    /// its monitors as witnesses, and as many cosignatures as an order needs signatures.
    ///
    /// Witnesses that are no monitors are listed and count for no group: readers see who cosigned,
    /// and who trusts them more writes a policy of his own.
    ///
    /// - Parameter monitors: the set that counts; nil for the agreement's own.
    ///
    /// Addresses are the reader's business: `urls` gives them by party name, `log` for the log;
    /// without, `https://KEY-NAME/` is written, since some readers of policies insist on one.
    public func policy(
        urls: [String: String] = [:], monitors: MonitorSet? = nil
    ) -> WitnessPolicy {
        let set = monitors ?? self.monitors
        let keys = set.members
        let group = "monitors"
        let others = witnessKeys.filter { set.member($0.key) == nil }
            .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .map { (party: $0.key, cosigning: $0.value) }
        do {
            return try WitnessPolicy(
                logs: [.init(key: logKey, url: urls["log"] ?? "https://\(log.origin)/")],
                witnesses: (keys.map { ($0.party, $0.cosigning) } + others).map { party, key in
                    .init(name: party, key: key, url: urls[party] ?? "https://\(key.name)/")
                },
                groups: [
                    .init(name: group, threshold: set.terms.signatures, members: keys.map(\.party))
                ],
                quorum: group)
        } catch {
            preconditionFailure("an agreement that was read has a policy: \(error)")
        }
    }

    /// The policy of a reader who believes one of the agreement's sets of monitors, for the newest
    /// of a chain: whoever believes a set believes whom enough of it have named. Any other policy
    /// stays as the reader wrote it.
    public func policy(
        _ reader: WitnessPolicy, following chain: MonitorChain
    ) -> WitnessPolicy {
        guard chain.sets.count > 1 else { return reader }
        let isFollowed = chain.sets.contains { set in
            let own = policy(monitors: set)
            return reader.logs.map(\.key) == own.logs.map(\.key)
                && reader.witnesses.map(\.key) == own.witnesses.map(\.key)
                && reader.groups.map(\.threshold) == own.groups.map(\.threshold)
                && reader.groups.map(\.members.count) == own.groups.map(\.members.count)
                && reader.groups.last?.name == reader.quorum
        }
        guard isFollowed else { return reader }
        var urls: [String: String] = [:]
        for line in reader.witnesses { urls[line.name] = line.url }
        urls["log"] = reader.logs.first?.url
        return policy(urls: urls, monitors: chain.current)
    }

    private func noteKey(_ name: String, _ algorithm: NoteKey.Algorithm, _ key: PublicKey)
        -> NoteKey
    {
        guard let noteKey = NoteKey(name: name, algorithm: algorithm, key: key) else {
            preconditionFailure("an agreement that was read has usable key names")
        }
        return noteKey
    }
}
