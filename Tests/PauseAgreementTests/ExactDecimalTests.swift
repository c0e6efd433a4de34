// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import PauseAgreement

@Suite struct ExactDecimalTests {
    private func check(
        _ text: String, _ coefficient: Int128, _ exponent: Int, written: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let value = ExactDecimal(text)
        #expect(value?.coefficient == coefficient, sourceLocation: sourceLocation)
        #expect(value?.exponent == exponent, sourceLocation: sourceLocation)
        #expect(value?.description == written, sourceLocation: sourceLocation)
    }

    @Test func `a number is held in lowest terms and written plainly`() {
        check("0", 0, 0, written: "0")
        check("-0", 0, 0, written: "0")
        check("0.000", 0, 0, written: "0")
        check("12.50", 125, -1, written: "12.5")
        check("-12.5", -125, -1, written: "-12.5")
        check("1200", 12, 2, written: "1200")
        check("0.05", 5, -2, written: "0.05")
        check("-0.05", -5, -2, written: "-0.05")
        check("1e24", 1, 24, written: "1e24")
        check("1E+2", 1, 2, written: "100")
        check("3.5e-2", 35, -3, written: "0.035")
        check("123e13", 123, 13, written: "123e13")
        check("100000000000000", 1, 14, written: "100000000000000")
        check("0.000000000001", 1, -12, written: "0.000000000001")
        check("1e-13", 1, -13, written: "1e-13")
        check("007", 7, 0, written: "7")
        check("1e60", 1, 60, written: "1e60")
        check("1e-60", 1, -60, written: "1e-60")
    }

    @Test(arguments: [
        "", "-", "+1", ".5", "5.", "1..2", "1.2.3", "1e", "1e+", "1e+-5", "1e1.5", "1e61", "1e-61",
        "1e9999",
        "e5", "1 ", " 1", "1_000", "1,5", "0x10", "NaN", "Infinity", "--1", "1e5e5", "٣",
        "1234567890123456789012345678901",
    ])
    func `what is no number is refused`(_ text: String) {
        #expect(ExactDecimal(text) == nil)
    }

    @Test func `what is written reads back to the same value`() throws {
        var random = SplitMix(state: 21)
        for _ in 0..<5000 {
            let digits = Int128(Int64.random(in: .min ... .max, using: &random))
            let value = ExactDecimal(
                coefficient: digits, exponent: Int.random(in: -40...40, using: &random))
            #expect(ExactDecimal(value.description) == value, "seed 21: \(value)")
        }
    }

    @Test func `the order is that of the numbers`() {
        var random = SplitMix(state: 22)
        for _ in 0..<20_000 {
            let (a, b) = (small(&random), small(&random))
            let (scaledA, scaledB) = (scaled(a), scaled(b))
            #expect((a < b) == (scaledA < scaledB), "seed 22: \(a), \(b)")
            #expect((a == b) == (scaledA == scaledB), "seed 22: \(a), \(b)")
        }
    }

    @Test func `numbers far apart are ordered without being scaled to each other`() throws {
        let texts = ["-1e60", "-2", "-1e-60", "0", "1e-60", "1e-59", "9.99", "10", "1e59", "1e60"]
        let values = try texts.map { try #require(ExactDecimal($0)) }
        for (i, a) in values.enumerated() {
            for (j, b) in values.enumerated() { #expect((a < b) == (i < j), "\(a), \(b)") }
        }
    }

    @Test func `sums and products are exact or none`() throws {
        var random = SplitMix(state: 23)
        for _ in 0..<5000 {
            let (a, b) = (small(&random), small(&random))
            #expect(a.adding(b).map(scaled) == scaled(a) + scaled(b), "seed 23: \(a), \(b)")
            let product = try #require(a.multiplied(by: b))
            #expect(scaled(product, by: 16) == scaled(a) * scaled(b), "seed 23: \(a), \(b)")
        }
        let huge = try #require(ExactDecimal("1e60"))
        let tiny = try #require(ExactDecimal("1e-60"))
        #expect(huge.adding(.zero) == huge)
        #expect(ExactDecimal.zero.adding(huge) == huge)
        #expect(huge.adding(tiny) == nil)
        #expect(ExactDecimal(coefficient: .max).adding(ExactDecimal(coefficient: 1)) == nil)
        #expect(ExactDecimal(coefficient: .max).multiplied(by: ExactDecimal(coefficient: 3)) == nil)
    }

    @Test func `a quotient that does not end is none`() {
        #expect(
            ExactDecimal(coefficient: 1).divided(byWhole: 8)
                == ExactDecimal(coefficient: 125, exponent: -3))
        #expect(ExactDecimal(coefficient: 1).divided(byWhole: 3) == nil)
        #expect(ExactDecimal(coefficient: -6).divided(byWhole: 3) == ExactDecimal(coefficient: -2))
    }

    private func small(_ random: inout SplitMix) -> ExactDecimal {
        ExactDecimal(
            coefficient: Int128(Int64.random(in: -9999...9999, using: &random)),
            exponent: Int.random(in: -8...4, using: &random))
    }

    /// The number times 10^`places`: brute force with whole numbers.
    private func scaled(_ value: ExactDecimal, by places: Int = 8) -> Int128 {
        var result = value.coefficient
        for _ in 0..<(value.exponent + places) { result *= 10 }
        return result
    }

    private func scaled(_ value: ExactDecimal) -> Int128 { scaled(value, by: 8) }
}
