// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
import TransparencyLog

/// Finds the orders of a bundle, which stand behind its entries, in a first look through it.
///
/// Nothing is verified: what is not an order is passed over here, and refused where it is read.
public struct BundleOrders: Sendable {
    public private(set) var orders: [Order] = []
    private var line: [UInt8] = []
    /// Whether the line that is read now may be an order's.
    private var isCandidate = true

    private static let beginning = Array(#"{"order":"#.utf8)

    public init() {}

    /// Takes the next bytes of the bundle, in pieces of any length.
    public mutating func receive(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            collect(rest[..<end])
            finishLine()
            rest = rest[rest.index(after: end)...]
        }
        collect(rest)
    }

    private mutating func collect(_ piece: ArraySlice<UInt8>) {
        guard isCandidate else { return }
        line += piece.prefix(Bundle.longestLine - line.count)
        isCandidate = zip(line, BundleOrders.beginning).allSatisfy { $0 == $1 }
        if !isCandidate { line = [] }
    }

    private mutating func finishLine() {
        if isCandidate, case .order(let text)? = try? Bundle.Line(parsing: line),
            let note = try? UnverifiedNote(parsing: Array(text.utf8)),
            let order = try? Order(parsing: note.text)
        {
            orders.append(order)
        }
        line = []
        isCandidate = true
    }
}
