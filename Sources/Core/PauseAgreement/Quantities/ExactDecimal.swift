// SPDX-License-Identifier: Apache-2.0

/// A decimal number held exactly: `coefficient × 10^exponent`, always in lowest terms.
///
/// The law computes with these and never with floating point, so that every machine agrees.
public struct ExactDecimal: Hashable, Sendable {
    public let coefficient: Int128
    public let exponent: Int

    /// Trailing zeros move into the exponent, so that equal numbers are equal values.
    public init(coefficient: Int128, exponent: Int = 0) {
        var coefficient = coefficient
        var exponent = exponent
        while coefficient != 0, coefficient % 10 == 0 {
            coefficient /= 10
            exponent += 1
        }
        self.coefficient = coefficient
        self.exponent = coefficient == 0 ? 0 : exponent
    }

    public static let zero = ExactDecimal(coefficient: 0)

    /// Reads `-12.5`, `1e24`, `0.2`; nil for anything else, for more than 30 digits, and where the
    /// last digit's place lies outside 1e-60…1e60.
    public init?(_ text: String) {
        var bytes = Array(text.utf8)[...]
        let negative = bytes.first == UInt8(ascii: "-")
        if negative { bytes = bytes.dropFirst() }
        var exponent = 0
        if let mark = bytes.firstIndex(where: { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }
        ) {
            guard let written = ExactDecimal.smallInteger(bytes[(mark + 1)...]) else { return nil }
            exponent = written
            bytes = bytes[..<mark]
        }
        var significant: [UInt8] = []
        var seenPoint = false
        for (offset, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                significant.append(byte - UInt8(ascii: "0"))
                if seenPoint { exponent -= 1 }
            case UInt8(ascii: ".") where !seenPoint && offset > 0 && offset < bytes.count - 1:
                seenPoint = true
            default: return nil
            }
        }
        // Leading zeros are no digits that count: `description` writes up to thirteen of them.
        let counted = significant.drop { $0 == 0 }
        guard !significant.isEmpty, significant.count <= 128, counted.count <= 30 else {
            return nil
        }
        let magnitude = counted.reduce(Int128(0)) { $0 * 10 + Int128($1) }
        self.init(coefficient: negative ? -magnitude : magnitude, exponent: exponent)
        guard abs(self.exponent) <= 60 else { return nil }
    }

    private static func smallInteger(_ bytes: ArraySlice<UInt8>) -> Int? {
        let signed = bytes.first == UInt8(ascii: "+") || bytes.first == UInt8(ascii: "-")
        let digits = signed ? bytes.dropFirst() : bytes
        guard (1...3).contains(digits.count),
            digits.allSatisfy({ UInt8(ascii: "0") <= $0 && $0 <= UInt8(ascii: "9") })
        else { return nil }
        return Int(String(decoding: bytes, as: UTF8.self))
    }

    /// The sum, or nil where it does not fit into 128 bits.
    public func adding(_ other: ExactDecimal) -> ExactDecimal? {
        // Zero has no place of its own: scaling 1e60 down to the exponent of 0 would overflow.
        if coefficient == 0 { return other }
        if other.coefficient == 0 { return self }
        let low = min(exponent, other.exponent)
        guard let a = scaled(to: low), let b = other.scaled(to: low) else { return nil }
        let (sum, overflow) = a.addingReportingOverflow(b)
        return overflow ? nil : ExactDecimal(coefficient: sum, exponent: low)
    }

    /// The product, or nil where it does not fit into 128 bits.
    public func multiplied(by other: ExactDecimal) -> ExactDecimal? {
        let (product, overflow) = coefficient.multipliedReportingOverflow(by: other.coefficient)
        return overflow
            ? nil : ExactDecimal(coefficient: product, exponent: exponent + other.exponent)
    }

    private func scaled(to low: Int) -> Int128? {
        var value = coefficient
        for _ in 0..<(exponent - low) {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            value = product
        }
        return value
    }
}

extension ExactDecimal: Comparable {
    public static func < (a: ExactDecimal, b: ExactDecimal) -> Bool {
        if let (one, other) = aligned(a, b) { return one < other }
        if a.coefficient.signum() != b.coefficient.signum() {
            return a.coefficient.signum() < b.coefficient.signum()
        }
        if a.coefficient == 0 { return false }
        let negative = a.coefficient < 0
        let (orderA, orderB) = (a.order, b.order)
        if orderA != orderB { return (orderA < orderB) != negative }
        // Same order of magnitude: the digits compare like words once the shorter one is padded.
        let (digitsA, digitsB) = (a.digits, b.digits)
        let width = max(digitsA.count, digitsB.count)
        let paddedA = digitsA + [UInt8](repeating: UInt8(ascii: "0"), count: width - digitsA.count)
        let paddedB = digitsB + [UInt8](repeating: UInt8(ascii: "0"), count: width - digitsB.count)
        return (negative ? paddedB : paddedA).lexicographicallyPrecedes(
            negative ? paddedA : paddedB)
    }

    /// Both as whole numbers in the finer one's last place, where they fit: what people write does,
    /// and compares without its digits.
    private static func aligned(
        _ a: ExactDecimal, _ b: ExactDecimal
    ) -> (Int128, Int128)? {
        let gap = a.exponent - b.exponent
        let range = Int128(Int64.min)...Int128(Int64.max)
        guard -18 <= gap, gap <= 18, range.contains(a.coefficient), range.contains(b.coefficient)
        else { return nil }
        return gap < 0
            ? (a.coefficient, b.coefficient * powers[-gap])
            : (a.coefficient * powers[gap], b.coefficient)
    }

    /// 1, 10, … 10^18.
    private static let powers: [Int128] = (0...18).reduce(into: [1]) { powers, place in
        if place > 0 { powers.append(powers[place - 1] * 10) }
    }

    private var digits: [UInt8] { Array(String(coefficient.magnitude).utf8) }

    /// The place of the leading digit: 0 for 1…9, 24 for 1e24.
    private var order: Int {
        digits.count - 1 + exponent
    }
}

extension ExactDecimal: CustomStringConvertible {
    /// Plain digits for exponents from −12 to 14, otherwise `1e24`; reads back to the same value.
    public var description: String {
        let digits = String(coefficient.magnitude)
        let sign = coefficient < 0 ? "-" : ""
        let order = digits.utf8.count - 1 + exponent
        if order > 14 || order < -12 { return "\(sign)\(digits)e\(exponent)" }
        if exponent >= 0 { return sign + digits + String(repeating: "0", count: exponent) }
        let padded =
            String(repeating: "0", count: max(0, 1 - exponent - digits.utf8.count)) + digits
        let point = padded.index(padded.endIndex, offsetBy: exponent)
        return "\(sign)\(padded[..<point]).\(padded[point...])"
    }
}

extension ExactDecimal {
    /// A share as people write it: `0.55` as `55 %`.
    public var percent: String {
        "\(ExactDecimal(coefficient: coefficient, exponent: exponent + 2)) %"
    }
}
