// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
public import TransparencyLog

/// Which monitors count, and since which entry.
struct MonitorBook: Sendable {
    private(set) var chain: MonitorChain
    /// The entries of versions 2 and later.
    private(set) var entries: [LogIndex] = []

    init(_ agreement: Agreement) {
        chain = MonitorChain(agreement)
    }

    /// The entry that brought a version; nil for the agreement's own and for what has not come.
    func entry(of version: Int64) -> LogIndex? {
        guard let place = Int(exactly: version), entries.indices.contains(place - 2) else {
            return nil
        }
        return entries[place - 2]
    }

    mutating func extend(
        with note: UnverifiedNote, at index: LogIndex, under agreement: Agreement
    ) throws(RotationFailure) {
        try chain.extend(with: note, under: agreement)
        entries.append(index)
    }
}

extension Brake {
    /// The sets of monitors up to the one that counts over the entries folded so far: an order over
    /// them needs its signatures.
    public var monitors: MonitorChain { watchers.chain }

    /// A new set counts from its own entry on, that entry included.
    mutating func rotate(_ rotation: MonitorRotation, at index: LogIndex) -> NoEffect.Reason? {
        do throws(RotationFailure) {
            try watchers.extend(with: rotation.note, at: index, under: agreement)
            return nil
        } catch {
            if case .otherVersion(let version, _) = error, let entry = watchers.entry(of: version) {
                return .monitorsReplaced(version: version, by: entry)
            }
            return .monitorsNotNext(error)
        }
    }
}

/// Which monitors count, in a state.
public struct MonitorStanding: Hashable, Sendable {
    public let version: Int64
    /// The entry that brought it.
    public let entry: LogIndex
    public let set: MonitorSet
}

extension MonitorStanding {
    var json: JSON {
        .object([
            "version": .integer(version), "entry": entry.json, "sha256": .string(set.digest.hex),
            "signatures": .integer(Int64(set.terms.signatures)),
            "liars": .integer(Int64(set.terms.liars)),
            "keys": .array(set.members.map { .string($0.order.vkey) }),
        ])
    }
}

extension Brake {
    /// Nil while the agreement's own monitors count.
    func monitorStanding() -> MonitorStanding? {
        let set = watchers.chain.current
        return watchers.entry(of: set.version).map {
            MonitorStanding(version: set.version, entry: $0, set: set)
        }
    }
}
