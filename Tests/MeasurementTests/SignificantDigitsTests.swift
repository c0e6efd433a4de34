// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Measurement

@Suite struct SignificantDigitsTests {
    @Test func `figures are written with six significant digits`() {
        let cases: [(Double, String)] = [
            (0, "0"), (-0.0, "0"), (1, "1"), (-1, "-1"), (10, "10"), (0.1, "0.1"),
            (60.523438, "60.5234"), (1161.128934, "1161.13"), (0.8333333333, "0.833333"),
            (1_234_567, "1234570"), (600_000, "600000"), (128.744, "128.744"),
            (999_999.5, "1000000"), (9.999_999_9, "10"), (0.099_999_99, "0.1"),
            (0.000_001, "0.000001"), (1.5e-6, "0.0000015"), (9.999_999e-7, "0.000001"),
            (0.000_000_25, "2.5e-7"), (Double.leastNonzeroMagnitude, "5e-324"),
            (1e20, "100000000000000000000"),
            (1e21, "1e21"), (1e26, "1e26"), (3.79e25, "3.79e25"), (-1.234_567_8e30, "-1.23457e30"),
            (9.999_999e20, "1e21"), (123_456.5, "123456"), (123_457.5, "123458"),
            (1.797_693_134_862_315_7e308, "1.79769e308"),
        ]
        for (value, text) in cases { #expect(SignificantDigits.text(of: value) == text) }
    }

    @Test func `what is no number has no written form`() {
        for value in [Double.nan, .infinity, -.infinity] {
            #expect(SignificantDigits.text(of: value) == nil)
        }
    }

    @Test func `rounding moves a value by at most half of its sixth digit and is stable`() throws {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<5_000 {
            let exponent = Double(generator.index(below: 60) - 30)
            let mantissa = Double(generator.next() >> 11) / 9_007_199_254_740_992 + 0.1
            let value = mantissa * exponential(exponent * 2.302_585_092_994_046)
            let text = try #require(SignificantDigits.text(of: value))
            let back = try #require(Double(text))
            #expect(abs(back - value) <= 5.000_001e-6 * value, "\(value) became \(text)")
            #expect(SignificantDigits.text(of: back) == text)
        }
    }
}
