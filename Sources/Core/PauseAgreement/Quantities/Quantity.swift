// SPDX-License-Identifier: Apache-2.0

/// A number with its unit, exact: `8 h`, `80 %`, `1e24 FLOP`.
public struct Quantity: Hashable, Sendable, CustomStringConvertible {
    public let value: ExactDecimal
    public let unit: QuantityUnit

    public init(_ value: ExactDecimal, _ unit: QuantityUnit) {
        self.value = value
        self.unit = unit
    }

    /// Reads a number, one space and a unit; `%` is read as a share. Nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = ExactDecimal(String(parts[0])) else { return nil }
        if parts[1] == "%" {
            self.init(
                ExactDecimal(coefficient: number.coefficient, exponent: number.exponent - 2), .share
            )
        } else if let unit = QuantityUnit(rawValue: String(parts[1])) {
            self.init(number, unit)
        } else {
            return nil
        }
    }

    /// The same quantity in another unit; nil where the units do not convert, or not exactly.
    public func converted(to other: QuantityUnit) -> Quantity? {
        if unit == other { return self }
        guard let from = unit.inMilliseconds, let into = other.inMilliseconds else { return nil }
        // One of the two divides the other, so the quotient or its inverse is a whole number.
        if from % into == 0 {
            return value.multiplied(by: ExactDecimal(coefficient: from / into)).map {
                Quantity($0, other)
            }
        }
        return value.divided(byWhole: into / from).map { Quantity($0, other) }
    }

    public var description: String { "\(value) \(unit.rawValue)" }
}

extension ExactDecimal {
    /// The quotient where it ends within 30 digits, otherwise nil: the law never rounds.
    func divided(byWhole divisor: Int128) -> ExactDecimal? {
        var coefficient = coefficient
        var exponent = exponent
        for _ in 0...30 {
            let (quotient, remainder) = coefficient.quotientAndRemainder(dividingBy: divisor)
            if remainder == 0 { return ExactDecimal(coefficient: quotient, exponent: exponent) }
            let (product, overflow) = coefficient.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            coefficient = product
            exponent -= 1
        }
        return nil
    }
}
