// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
public import TransparencyLog

/// One order text, and the monitors that were found to have signed it.
public struct SignedOrder: Hashable, Sendable {
    public let order: Order
    /// The set that the order stands under: nobody else's signature is looked at.
    public let set: MonitorSet
    /// The text with one line of each monitor in ``monitors`` and no other.
    public private(set) var note: UnverifiedNote
    /// Sorted by name.
    public private(set) var monitors: [String] = []

    /// - Precondition: the order names this set.
    public init(_ order: Order, by set: MonitorSet) {
        precondition(order.monitors == set.name, "an order names the set that it stands under")
        self.order = order
        self.set = set
        note = UnverifiedNote(text: order.text, signatures: [])
    }

    /// The order of a note under this agreement, with those signatures that hold; nil where the
    /// text is no order of it, or names a set of monitors that is not in the chain.
    public init?(
        reading note: UnverifiedNote, under agreement: Agreement, monitors chain: MonitorChain
    ) {
        guard let order = try? Order(parsing: note.text), order.agreement == agreement.id,
            let set = chain.set(named: order.monitors)
        else { return nil }
        self.init(order, by: set)
        _ = add(note)
    }

    /// Takes over signatures that hold from a note with the same text; returns whose were new.
    public mutating func add(_ other: UnverifiedNote) -> [String] {
        guard other.text.utf8.elementsEqual(note.text.utf8) else { return [] }
        var new: [String] = []
        for monitor in set.members where !monitors.contains(monitor.party) {
            guard let line = other.line(by: monitor.order) else { continue }
            note.add(line)
            new.append(monitor.party)
        }
        monitors = (monitors + new).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return new
    }

    /// Whether as many have signed as the set asks for.
    public var isEnough: Bool { monitors.count >= set.needed }
}
