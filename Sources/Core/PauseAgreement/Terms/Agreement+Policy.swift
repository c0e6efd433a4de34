// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// One monitor's key under the two hats that it wears.
public struct MonitorKey: Hashable, Sendable {
    public let party: String
    /// For the orders that it signs (signature type 0x01).
    public let order: NoteKey
    /// For the checkpoints that it cosigns as a witness (signature type 0x04).
    public let cosigning: NoteKey
}

extension Agreement {
    /// The log's key for checkpoints and ticks; its name is the origin.
    ///
    /// - Precondition: the agreement was read, so that its origin is a key's name.
    public var logKey: NoteKey { noteKey(log.origin, .ed25519, log.key) }

    /// The monitors' keys, sorted by party, named `NAME.HOST` after the log's host.
    ///
    /// - Precondition: the agreement was read, so that every monitor has one key.
    public var monitorKeys: [MonitorKey] {
        let host = log.origin.split(separator: "/").first.map(String.init) ?? log.origin
        return parties(with: .monitor).map { monitor in
            precondition(monitor.keys.count == 1, "a monitor has exactly one key")
            let name = "\(monitor.name).\(host)"
            return MonitorKey(
                party: monitor.name, order: noteKey(name, .ed25519, monitor.keys[0]),
                cosigning: noteKey(name, .cosignature, monitor.keys[0]))
        }
    }

    /// The witness policy that this agreement's receipts and checkpoints are checked with: its log,
    /// its monitors as witnesses, and as many cosignatures as an order needs signatures.
    ///
    /// Addresses are the reader's business: `urls` gives them by party name, `log` for the log;
    /// without, `https://KEY-NAME/` is written, since some readers of policies insist on one.
    public func policy(urls: [String: String] = [:]) -> WitnessPolicy {
        let keys = monitorKeys
        let group = "monitors"
        do {
            return try WitnessPolicy(
                logs: [.init(key: logKey, url: urls["log"] ?? "https://\(log.origin)/")],
                witnesses: keys.map {
                    .init(
                        name: $0.party, key: $0.cosigning,
                        url: urls[$0.party] ?? "https://\($0.cosigning.name)/")
                },
                groups: [
                    .init(name: group, threshold: monitoring.signatures, members: keys.map(\.party))
                ],
                quorum: group)
        } catch {
            preconditionFailure("an agreement that was read has a policy: \(error)")
        }
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
