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
    /// - Parameter monitors: the set that counts, which the order has to name; nil for the
    ///   agreement's own. A gate knows a later one from the notes that lead to it, each signed by
    ///   enough of the set before (`MonitorChain`).
    /// - Throws: ``Disbelief``; texts of another agreement are refused before any signature is
    ///   checked.
    public init(
        verifying note: UnverifiedNote, under agreement: Agreement, monitors: MonitorSet? = nil
    ) throws(Disbelief) {
        do throws(MalformedStatement) { order = try Order(parsing: note.text) } catch {
            throw .malformed(error)
        }
        guard order.agreement == agreement.id else { throw .otherAgreement(order.agreement) }
        guard order.terms == agreement.terms else { throw .otherTerms(order.terms) }
        guard order.rules == agreement.rules else { throw .otherRules(order.rules) }

        let set = monitors ?? agreement.monitors
        guard order.monitors == set.name else {
            throw .otherMonitors(named: order.monitors, expected: set.name)
        }
        let (counted, signers) = set.signatures(of: note)
        guard signers.count >= set.needed else {
            throw .tooFewSignatures(valid: signers, needed: set.needed)
        }
        self.note = counted
        self.monitors = signers
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
