// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import Roles
import TransparencyLog

/// N pure witnesses of one log, of which f sign anything, and a log that shows a different history
/// to each: can it get t cosignatures under both?
///
/// The witnesses are the real role; they are asked for both histories in any order, doubled, and
/// with restarts from their disks in between.
public struct WitnessCouncil: Sendable {
    /// How many there are, how many of them lie, and how many cosignatures are believed.
    public struct Bounds: Hashable, Sendable, CustomStringConvertible {
        public let witnesses: Int
        public let liars: Int
        public let threshold: Int

        public init(witnesses: Int, liars: Int, threshold: Int) {
            self.witnesses = witnesses
            self.liars = liars
            self.threshold = threshold
        }

        /// Two groups of `threshold` share at least 2t − N witnesses; if those are more than the
        /// liars, one of them is honest and signs only one history.
        public var isSafe: Bool { 2 * threshold - witnesses > liars }

        public var description: String { "N = \(witnesses), f = \(liars), t = \(threshold)" }

        /// All bounds up to so many witnesses.
        public static func all(upTo most: Int) -> [Bounds] {
            (1...most).flatMap { count in
                (0...count).flatMap { liars in
                    (1...count).map { Bounds(witnesses: count, liars: liars, threshold: $0) }
                }
            }
        }
    }

    /// A rule that honest witnesses break on purpose.
    public enum Mutation: Hashable, Sendable, CaseIterable {
        /// They cosign without looking at what they cosigned before.
        case looksAtNothing
        /// Their disks keep nothing.
        case forgets
    }

    /// One of the two histories, and what was cosigned in it.
    private struct History: Sendable {
        let tree: MerkleTree
        let note: UnverifiedNote
        var cosigners: Set<Int> = []
    }

    private struct Member: Sendable {
        var role: Witness
        var disk: UnverifiedNote?
        let key: PrivateKey
    }

    private static let origin = "council.example/log"
    private static let log = key(200)
    private static let logKey = noteKey(origin, .ed25519, log)
    private static let shared = tree(variant: 0, size: 5)

    private let bounds: Bounds
    private let mutation: Mutation?
    private var dice: Dice
    private var members: [Member] = []
    private var histories: [History]
    private var nextTicket: UInt64 = 0
    private let now = Time(milliseconds: 1_800_000_000_000)

    public init(_ bounds: Bounds, seed: UInt64, mutation: Mutation? = nil) {
        self.bounds = bounds
        self.mutation = mutation
        dice = Dice(seed: seed)
        let sizes = [6 + dice.below(4), 6 + dice.below(4)]
        histories = [1, 2].map { variant in
            let tree = WitnessCouncil.tree(variant: variant, size: sizes[variant - 1])
            return History(tree: tree, note: WitnessCouncil.checkpoint(of: tree))
        }
        for place in 0..<bounds.witnesses {
            let key = WitnessCouncil.key(UInt8(1 + place))
            members.append(Member(role: WitnessCouncil.role(place), key: key))
        }
    }

    /// Whether both histories get enough cosignatures, where the honest are divided like this.
    ///
    /// - Parameter first: so many honest witnesses are shown the first history first.
    public mutating func isForked(first: Int) -> Bool {
        let honest = bounds.witnesses - bounds.liars
        for place in honest..<bounds.witnesses {
            for history in histories.indices { histories[history].cosigners.insert(place) }
        }
        var showings = (0..<honest).map { (place: $0, history: $0 < first ? 0 : 1) }
        showings = dice.shuffle(showings)
        // Then each is tried with the other one, and with its own again.
        let others = showings.map { (place: $0.place, history: 1 - $0.history) }
        for showing in showings + dice.shuffle(others + showings) {
            if dice.isTrue(in: 300) { restart(showing.place) }
            show(showing.history, to: showing.place)
            if dice.isTrue(in: 200) { show(showing.history, to: showing.place) }
        }
        return histories.allSatisfy { $0.cosigners.count >= bounds.threshold }
    }

    /// Whether any division of the honest is one that lets both through.
    public static func canBeForked(
        _ bounds: Bounds, seed: UInt64, mutation: Mutation? = nil
    ) -> Bool {
        (0...(bounds.witnesses - bounds.liars)).contains { first in
            var council = WitnessCouncil(bounds, seed: seed &+ UInt64(first), mutation: mutation)
            return council.isForked(first: first)
        }
    }

    private mutating func restart(_ place: Int) {
        var role = WitnessCouncil.role(place)
        if let disk = members[place].disk {
            do throws(MalformedCheckpoint) { try role.restore(disk) } catch {
                preconditionFailure("a witness keeps checkpoints: \(error)")
            }
        }
        members[place].role = role
    }

    /// Asks a witness to cosign a history, from wherever it stands in it.
    private mutating func show(_ history: Int, to place: Int) {
        let tree = histories[history].tree
        for old in [TreeSize.empty, WitnessCouncil.shared.size, tree.size] {
            let request = AddCheckpoint(
                oldSize: old, proof: tree.proveConsistency(from: old, to: tree.size),
                note: histories[history].note)
            nextTicket += 1
            if mutation == .looksAtNothing { members[place].role = WitnessCouncil.role(place) }
            hear(.asked(Ticket(nextTicket), request.body), at: place, history)
        }
    }

    private mutating func hear(_ event: Witness.Event, at place: Int, _ history: Int) {
        for action in members[place].role.receive(event, now: now) {
            switch action {
            case .cosign(let ticket, let text, let seconds):
                guard
                    let line = try? NoteSignature.cosign(
                        checkpointText: text, timeSeconds: seconds, as: "w\(place)",
                        with: members[place].key)
                else { preconditionFailure("a checkpoint can be cosigned") }
                hear(.cosigned(ticket, line), at: place, history)
            case .keep(_, let note): if mutation != .forgets { members[place].disk = note }
            case .reply(_, .cosigned(let line)):
                let key = WitnessCouncil.noteKey("w\(place)", .cosignature, members[place].key)
                let note = UnverifiedNote(
                    text: histories[history].note.text, signatures: [line])
                if (try? note.verified(by: [key])) != nil {
                    histories[history].cosigners.insert(place)
                }
            case .reply: break
            }
        }
    }

    // MARK: - Keys and trees

    private static func role(_ place: Int) -> Witness { Witness(name: "w\(place)", logs: [logKey]) }

    private static func key(_ number: UInt8) -> PrivateKey {
        guard let key = try? PrivateKey(seed: [UInt8](repeating: number, count: 32)) else {
            preconditionFailure("32 bytes make a key")
        }
        return key
    }

    private static func noteKey(
        _ name: String, _ algorithm: NoteKey.Algorithm, _ key: PrivateKey
    ) -> NoteKey {
        guard let key = NoteKey(name: name, algorithm: algorithm, key: key.publicKey) else {
            preconditionFailure("\(name) is a key's name")
        }
        return key
    }

    /// Five entries that all histories share, then some of one's own.
    private static func tree(variant: Int, size: Int) -> MerkleTree {
        var tree = MerkleTree()
        for place in 0..<size {
            let owner = place < 5 ? 0 : variant
            tree.append(MerkleHash.leaf(Array("entry \(place) of \(owner)".utf8)))
        }
        return tree
    }

    private static func checkpoint(of tree: MerkleTree) -> UnverifiedNote {
        let text = Checkpoint(origin: origin, size: tree.size, root: tree.root()).text
        guard let line = try? NoteSignature.sign(text: text, as: origin, with: log) else {
            preconditionFailure("a checkpoint can be signed")
        }
        return UnverifiedNote(text: text, signatures: [line])
    }
}
