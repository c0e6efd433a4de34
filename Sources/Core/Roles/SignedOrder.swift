// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
public import TransparencyLog

/// One order text, and the monitors that were found to have signed it.
public struct SignedOrder: Hashable, Sendable {
    public let order: Order
    /// The text with one line of each monitor in ``monitors`` and no other.
    public private(set) var note: UnverifiedNote
    /// Sorted by name.
    public private(set) var monitors: [String] = []

    public init(_ order: Order) {
        self.order = order
        note = UnverifiedNote(text: order.text, signatures: [])
    }

    /// The order of a note under this agreement, with those signatures that hold; nil where the
    /// text is no order of it.
    public init?(reading note: UnverifiedNote, under agreement: Agreement) {
        guard let order = try? Order(parsing: note.text), order.agreement == agreement.id else {
            return nil
        }
        self.init(order)
        _ = add(note, under: agreement)
    }

    /// Takes over signatures that hold from a note with the same text; returns whose were new.
    public mutating func add(_ other: UnverifiedNote, under agreement: Agreement) -> [String] {
        guard other.text.utf8.elementsEqual(note.text.utf8) else { return [] }
        var new: [String] = []
        for monitor in agreement.monitorKeys where !monitors.contains(monitor.party) {
            guard let line = other.line(by: monitor.order) else { continue }
            note.add(line)
            new.append(monitor.party)
        }
        monitors = (monitors + new).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return new
    }

    /// Whether as many have signed as the agreement asks for; an agreement that asks for none gets
    /// one.
    public func isEnough(under agreement: Agreement) -> Bool {
        monitors.count >= max(1, agreement.monitoring.signatures)
    }
}
