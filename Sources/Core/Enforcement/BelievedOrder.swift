// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
public import TransparencyLog

/// An order that enough monitors have signed: only verifying makes one.
public struct BelievedOrder: Hashable, Sendable {
    public let order: Order
    /// The signed text, with the signatures that count and no others.
    public let note: UnverifiedNote
    /// The monitors that signed it, sorted by name.
    public let monitors: [String]
    /// Whether a second text of the same rank was as well signed: then no new covered work is
    /// admitted.
    public private(set) var isContradicted = false

    public var rank: OrderRank { OrderRank(order) }

    /// Reads and checks a note. Lines that are no valid signature of a monitor are left out, since
    /// one lying monitor must not be able to make an order worthless.
    ///
    /// - Throws: ``Disbelief``; texts of another agreement are refused before any signature is
    ///   checked.
    public init(
        verifying note: UnverifiedNote, under agreement: Agreement
    ) throws(Disbelief) {
        do throws(MalformedStatement) { order = try Order(parsing: note.text) } catch {
            throw .malformed(error)
        }
        guard order.agreement == agreement.id else { throw .otherAgreement(order.agreement) }
        guard order.terms == agreement.terms else { throw .otherTerms(order.terms) }
        guard order.rules == agreement.rules else { throw .otherRules(order.rules) }

        var signatures: [NoteSignature] = []
        var monitors: [String] = []
        var seen: [PublicKey] = []
        for monitor in agreement.monitorKeys where !seen.contains(monitor.order.key) {
            guard let line = note.signature(by: monitor.order) else { continue }
            seen.append(monitor.order.key)
            signatures.append(line)
            monitors.append(monitor.party)
        }
        // An agreement that asks for no signature at all is believed by nobody.
        let needed = max(1, agreement.monitoring.signatures)
        guard signatures.count >= needed else {
            throw .tooFewSignatures(valid: monitors.sorted(), needed: needed)
        }
        self.note = UnverifiedNote(text: note.text, signatures: signatures)
        self.monitors = monitors.sorted()
    }

    /// What another believed order means for a gate that holds this one.
    public enum Succession: Hashable, Sendable {
        case newer, same, older
        /// Same rank, other text: more monitors lie than the agreement allows for.
        case contradiction
    }

    public func succession(of other: BelievedOrder) -> Succession {
        if other.rank < rank { return .older }
        if rank < other.rank { return .newer }
        return other.order == order ? .same : .contradiction
    }

    /// The same order, known to be contradicted.
    public func contradicted() -> BelievedOrder {
        var copy = self
        copy.isContradicted = true
        return copy
    }
}

extension UnverifiedNote {
    /// A line by which this key has signed the text, whatever the other lines are.
    fileprivate func signature(by key: NoteKey) -> NoteSignature? {
        signatures.first { line in
            guard line.keyID == key.id, line.name == key.name else { return false }
            let alone = UnverifiedNote(text: text, signatures: [line])
            return (try? alone.verified(by: [key])) != nil
        }
    }
}
