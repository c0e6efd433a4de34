// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

extension Agreement {
    /// The keys with which parties that are witnesses and no monitors cosign checkpoints (signature
    /// type 0x04), by party; named `NAME.HOST` after the log's host, as monitors are.
    ///
    /// They vouch that the log has one history, and for nothing else: no order counts them. A party
    /// with several keys has none that is known to be its witness's.
    public var witnessKeys: [String: NoteKey] {
        var keys: [String: NoteKey] = [:]
        for party in parties(with: .witness)
        where !party.roles.contains(.monitor) && party.keys.count == 1 {
            keys[party.name] = NoteKey(
                name: "\(party.name).\(monitorHost)", algorithm: .cosignature, key: party.keys[0])
        }
        return keys
    }
}
