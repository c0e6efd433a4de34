// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Measurement

private struct SamplingOracle: Decodable {
    let population: Int
    let falseOnes: Int
    let missed: Double
    let drawnExactly: Int
    let drawnApproximately: Int
    let detection: Double

    enum CodingKeys: String, CodingKey {
        case population = "N"
        case falseOnes = "d"
        case missed = "beta"
        case drawnExactly = "n_exact"
        case drawnApproximately = "n_approx"
        case detection = "p_exact_at_approx"
    }
}

@Suite struct InspectionTests {
    @Test(.enabled(if: Reference.isPresent, "reference data is absent"))
    func `draw sizes and detection agree with independent computations`() throws {
        let path = Reference.root.appendingPathComponent("incentives/oracles_part2.json")
        let all = try #require(
            JSONSerialization.jsonObject(with: Data(contentsOf: path)) as? [String: Any])
        let part = try JSONSerialization.data(withJSONObject: #require(all["sampling"]))
        let oracles = try JSONDecoder().decode([SamplingOracle].self, from: part)
        #expect(oracles.count >= 5)
        for oracle in oracles {
            let confidence = try #require(Probability(1 - oracle.missed))
            #expect(
                try Inspection.drawSize(
                    population: oracle.population, false: oracle.falseOnes, confidence: confidence)
                    == oracle.drawnExactly)
            let draw = try Inspection(
                population: oracle.population, drawn: oracle.drawnApproximately)
            check(
                draw.detection(ofFalse: oracle.falseOnes), near: oracle.detection, within: 6e-7)
        }
    }

    @Test func `detection is what counting every possible draw gives`() throws {
        for n in 1...9 {
            for m in 0...n {
                for k in 0...n {
                    let (seen, draws) = countDraws(of: m, from: n, false: k)
                    let inspection = try Inspection(population: n, drawn: m)
                    check(
                        inspection.detection(ofFalse: k), near: Double(seen) / Double(draws),
                        within: 1e-12, "\(m) of \(n), \(k) false")
                }
            }
        }
    }

    /// The first k are false: how many of all subsets of m hold one of them.
    private func countDraws(of m: Int, from n: Int, false k: Int) -> (seen: Int, draws: Int) {
        var (seen, draws) = (0, 0)
        for subset in 0..<(1 << n) where subset.nonzeroBitCount == m {
            draws += 1
            if subset & ((1 << k) - 1) != 0 { seen += 1 }
        }
        return (seen, draws)
    }

    @Test func `the smallest number shown is shown, and one fewer is not`() throws {
        let confidence = Probability.ninetyFivePercent
        for (n, m) in [(100, 10), (288, 40), (1000, 258), (86_400, 60), (5, 5), (5, 1)] {
            let draw = try Inspection(population: n, drawn: m)
            let smallest = try #require(draw.smallestShown(confidence: confidence))
            #expect(draw.detection(ofFalse: smallest) >= 0.95)
            #expect(draw.detection(ofFalse: smallest - 1) < 0.95)
        }
    }

    @Test func `a full draw shows a single false sample, an empty one shows none`() throws {
        let all = try Inspection(population: 40, drawn: 40)
        #expect(all.smallestShown(confidence: .ninetyFivePercent) == 1)
        #expect(all.smallestShareShown(confidence: .ninetyFivePercent) == 0.025)
        let none = try Inspection(population: 40, drawn: 0)
        #expect(none.smallestShown(confidence: .ninetyFivePercent) == nil)
        #expect(none.detection(ofFalse: 40) == 0)
    }

    @Test func `who cheats over several periods hides where least is looked at`() throws {
        let confidence = Probability.ninetyFivePercent
        let uneven = try Inspection([
            .init(population: 12, drawn: 6), .init(population: 10, drawn: 2),
            .init(population: 8, drawn: 1),
        ])
        // Every way to spread k over the three, by brute force.
        for k in 0...30 {
            var worst = 0.0
            for a in 0...min(k, 12) {
                for b in 0...min(k - a, 10) where k - a - b <= 8 {
                    let parts = try [(12, 6, a), (10, 2, b), (8, 1, k - a - b)].map {
                        1 - (try Inspection(population: $0.0, drawn: $0.1)).detection(ofFalse: $0.2)
                    }
                    worst = max(worst, parts.reduce(1, *))
                }
            }
            check(uneven.detection(ofFalse: k), near: 1 - worst, within: 1e-12, "\(k) false")
        }
        let smallest = try #require(uneven.smallestShown(confidence: confidence))
        #expect(uneven.detection(ofFalse: smallest) >= 0.95)
        #expect(uneven.detection(ofFalse: smallest - 1) < 0.95)
        let unwatched = try Inspection([
            .init(population: 10, drawn: 10), .init(population: 10, drawn: 0),
        ])
        #expect(unwatched.smallestShown(confidence: confidence) == 11)
    }

    @Test func `a million samples are computed without approximation`() throws {
        // ln 20 / 0.001 = 2995.7 with replacement; without, a few fewer.
        let size = try Inspection.drawSize(
            population: 1_000_000, share: #require(Probability(0.001)),
            confidence: .ninetyFivePercent)
        #expect((2980...2995).contains(size))
        let inspection = try Inspection(population: 1_000_000, drawn: size)
        #expect(inspection.detection(ofFalse: 1000) >= 0.95)
        let less = try Inspection(population: 1_000_000, drawn: size - 1)
        #expect(less.detection(ofFalse: 1000) < 0.95)
    }

    @Test func `impossible draws are refused`() {
        for (n, m) in [(0, 0), (5, 6), (5, -1), (2_000_000_000, 1)] {
            #expect(throws: UnusableSample.self) { try Inspection(population: n, drawn: m) }
        }
        #expect(throws: UnusableSample.self) { try Inspection([]) }
        #expect(throws: UnusableSample.self) {
            try Inspection.drawSize(population: 9, false: 0, confidence: .ninetyFivePercent)
        }
        #expect(throws: UnusableSample.self) {
            try Inspection.drawSize(population: 9, false: 10, confidence: .ninetyFivePercent)
        }
    }
}
