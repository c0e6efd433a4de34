// SPDX-License-Identifier: Apache-2.0

/// The written form of a figure that is signed: six significant digits, in plain decimals.
///
/// Signed figures are strings, and rounding them leaves room for the last bits in which two
/// machines that recompute an estimate may differ.
public enum SignificantDigits {
    /// How many digits are kept.
    public static let count = 6

    /// `value` as a decimal of at most six significant digits, nil for an infinity and a NaN.
    ///
    /// Without trailing zeros after the point; with an exponent (`1e26`, `2.5e-7`) only from 1e21
    /// upwards and below 1e-6. Ties, as they stand in the shortest decimal that names the Double,
    /// go to the even digit; zero has no sign.
    ///
    /// Source: IEEE 754-2019, 4.3.1 (ties to even), on the shortest decimal of the value.
    public static func text(of value: Double) -> String? {
        guard value.isFinite else { return nil }
        if value == 0 { return "0" }
        let (digits, pointAfter) = rounded(shortest(abs(value)))
        let sign = value < 0 ? "-" : ""
        // `pointAfter` digits stand before the point: 1e20 has 21 of them, 1e-6 minus five.
        if pointAfter > 21 || pointAfter < -5 {
            let fraction = digits.count > 1 ? "." + written(digits[1...]) : ""
            return "\(sign)\(digits[0])\(fraction)e\(pointAfter - 1)"
        }
        if pointAfter <= 0 {
            return sign + "0." + String(repeating: "0", count: -pointAfter) + written(digits[...])
        }
        if digits.count <= pointAfter {
            return sign + written(digits[...])
                + String(repeating: "0", count: pointAfter - digits.count)
        }
        return sign + written(digits[..<pointAfter]) + "." + written(digits[pointAfter...])
    }

    private static func written(_ digits: ArraySlice<UInt8>) -> String {
        digits.map(String.init).joined()
    }

    /// The digits of the shortest decimal that names `value`, without leading zeros, and how many
    /// of them stand before the point.
    private static func shortest(_ value: Double) -> (digits: [UInt8], pointAfter: Int) {
        let parts = value.description.split(separator: "e")
        let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let halves = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let all = halves.joined().utf8.map { $0 - 0x30 }
        let leading = all.prefix { $0 == 0 }.count
        return (Array(all[leading...]), halves[0].utf8.count + exponent - leading)
    }

    private static func rounded(
        _ number: (digits: [UInt8], pointAfter: Int)
    ) -> (digits: [UInt8], pointAfter: Int) {
        var (digits, pointAfter) = number
        if digits.count > count {
            let rest = digits[count...]
            digits = Array(digits[..<count])
            let isTie = rest.first == 5 && rest.dropFirst().allSatisfy { $0 == 0 }
            let goesUp = isTie ? digits[count - 1] % 2 == 1 : rest[count] >= 5
            if goesUp, carry(&digits) { pointAfter += 1 }
        }
        while digits.count > 1, digits.last == 0 { digits.removeLast() }
        return (digits, pointAfter)
    }

    /// Adds one to the last digit; true where 999999 became 1.
    private static func carry(_ digits: inout [UInt8]) -> Bool {
        for place in digits.indices.reversed() {
            if digits[place] < 9 {
                digits[place] += 1
                return false
            }
            digits[place] = 0
        }
        digits[0] = 1
        return true
    }
}
