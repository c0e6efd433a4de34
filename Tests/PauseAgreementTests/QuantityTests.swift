// SPDX-License-Identifier: Apache-2.0
import PauseAgreement
import Testing

@Suite struct QuantityTests {
    private func check(
        _ text: String, in unit: QuantityUnit, is expected: String?,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let quantity = Quantity(text)
        #expect(quantity != nil, sourceLocation: sourceLocation)
        #expect(
            quantity?.converted(to: unit)?.value == expected.flatMap { ExactDecimal($0) },
            sourceLocation: sourceLocation)
    }

    @Test func `units of time convert exactly, or not at all`() {
        check("8 h", in: .minutes, is: "480")
        check("480 min", in: .hours, is: "8")
        check("90 min", in: .hours, is: "1.5")
        check("1.5 d", in: .milliseconds, is: "129600000")
        check("1 ms", in: .days, is: nil)
        check("1 min", in: .hours, is: nil)
        check("36 s", in: .hours, is: "0.01")
        check("-2 d", in: .hours, is: "-48")
        check("120 d", in: .days, is: "120")
    }

    @Test func `other units only agree with themselves`() {
        check("80 %", in: .share, is: "0.8")
        check("0.8 share", in: .share, is: "0.8")
        check("1e26 FLOP", in: .flop, is: "1e26")
        check("1e26 FLOP", in: .minutes, is: nil)
        check("8 h", in: .flop, is: nil)
        check("3 count", in: .ratio, is: nil)
        for unit in QuantityUnit.allCases { check("7 \(unit.rawValue)", in: unit, is: "7") }
    }

    @Test(arguments: [
        "", "8", "h", "8h", "8  h", " 8 h", "8 h ", "8 H", "8 hours", "8 flop", "x h", "8 %%",
        "80%",
    ])
    func `what is no quantity is refused`(_ text: String) {
        #expect(Quantity(text) == nil)
    }

    @Test func `a conversion there and back changes nothing`() throws {
        let units: [QuantityUnit] = [.milliseconds, .seconds, .minutes, .hours, .days]
        var random = SplitMix(state: 31)
        for _ in 0..<2000 {
            let value = ExactDecimal(
                coefficient: Int128(Int64.random(in: -1_000_000...1_000_000, using: &random)),
                exponent: Int.random(in: -6...6, using: &random))
            let from = try #require(units.randomElement(using: &random))
            let to = try #require(units.randomElement(using: &random))
            guard let there = Quantity(value, from).converted(to: to) else { continue }
            #expect(there.converted(to: from)?.value == value, "seed 31: \(value) \(from) \(to)")
        }
    }
}
