// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Measurement

struct RankOracle: Decodable {
    let n: Int
    let lower_rank: Int
    let upper_rank: Int
    let coverage: Double
}

struct PassOracle: Decodable {
    let n: Int
    let c: Int
    let k: Int
    let value: Double
}

@Suite struct PollTests {
    @Test(.enabled(if: Reference.isPresent, "reference data is absent"))
    func `median ranks agree with independent computations`() throws {
        let oracles: [RankOracle] = try Reference.oracles("median_order_ci")
        #expect(oracles.count >= 3)
        for oracle in oracles {
            let ranks = try MedianRanks.estimate(count: oracle.n)
            #expect(ranks.lower == oracle.lower_rank)
            #expect(ranks.upper == oracle.upper_rank)
            check(ranks.coverage, near: oracle.coverage, within: 6e-7)
        }
    }

    @Test func `median ranks of the lab surveys are as computed elsewhere`() throws {
        for (n, lower, upper) in [(16, 4, 13), (130, 54, 77), (349, 156, 194), (10, 2, 9)] {
            let ranks = try MedianRanks.estimate(count: n)
            #expect((ranks.lower, ranks.upper) == (lower, upper))
        }
    }

    @Test func `five answers cannot bound a median at 95 percent, and six just can`() throws {
        #expect(throws: UnusableSample.self) { try MedianRanks.estimate(count: 5) }
        let ranks = try MedianRanks.estimate(count: 6)
        #expect((ranks.lower, ranks.upper) == (1, 6))
        check(ranks.coverage, near: 1 - 2.0 / 64, within: 1e-12)
        #expect(throws: UnusableSample.self) { try MedianRanks.estimate(count: 0) }
    }

    @Test(.enabled(if: Reference.isPresent, "reference data is absent"))
    func `pass at k agrees with independent computations`() throws {
        let oracles: [PassOracle] = try Reference.oracles("pass_at_k")
        #expect(oracles.count >= 3)
        for oracle in oracles {
            let value = try PassAtK.estimate(attempts: oracle.n, correct: oracle.c, k: oracle.k)
            check(value, near: oracle.value, within: 6e-10)
        }
    }

    @Test func `pass at k counts every choice of k attempts once`() throws {
        // Against a slow count over all subsets of up to eight attempts.
        for n in 1...8 {
            for c in 0...n {
                for k in 1...n {
                    var (good, all) = (0, 0)
                    for subset in 0..<(1 << n) where subset.nonzeroBitCount == k {
                        all += 1
                        good += subset & ((1 << c) - 1) == 0 ? 0 : 1
                    }
                    let value = try PassAtK.estimate(attempts: n, correct: c, k: k)
                    check(value, near: Double(good) / Double(all), within: 1e-12)
                }
            }
        }
    }

    @Test func `pass at k refuses more correct attempts or a larger k than there are`() {
        for (n, c, k) in [(5, 6, 1), (5, 2, 6), (5, 2, 0), (0, 0, 1), (5, -1, 1)] {
            #expect(throws: UnusableSample.self) {
                try PassAtK.estimate(attempts: n, correct: c, k: k)
            }
        }
    }
}
