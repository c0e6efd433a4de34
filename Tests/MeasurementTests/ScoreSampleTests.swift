// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Measurement

struct ClusterOracle: Decodable {
    let scores: Scores?
    let values_thirds: [Double]?
    let clusters: [Int]?
    let cluster_size: Int?
    let mean: Double
    let se_clt_n_minus_1: Double?
    let se_clt: Double?
    let se_bernoulli_n: Double?
    let se_cluster_miller: Double
    let se_cluster_inspect: Double
    let t_ci_df23: [Double]?

    enum Scores: Decodable {
        case text(String)
        case list([Double])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self = .text(text)
            } else {
                self = .list(try container.decode([Double].self))
            }
        }
    }

    var values: [Double] {
        switch scores {
        case .text(let text): text.map { $0 == "1" ? 1 : 0 }
        case .list(let list): list
        case nil: (values_thirds ?? []).map { $0 / 3 }
        }
    }

    var names: [String] {
        if let clusters { return clusters.map(String.init) }
        return values.indices.map { String($0 / (cluster_size ?? 1)) }
    }
}

@Suite struct ScoreSampleTests {
    @Test(.enabled(if: Reference.isPresent, "reference data is absent"))
    func `plain and clustered standard errors agree with independent computations`() throws {
        let oracles: [ClusterOracle] = try Reference.oracles("clustered_se")
        #expect(oracles.count >= 3)
        for oracle in oracles {
            let sample = try ScoreSample(oracle.values)
            check(sample.mean, near: oracle.mean, within: 6e-7)
            let miller = try sample.estimateClusteredStandardError(
                clusters: oracle.names, correction: .miller)
            let inspect = try sample.estimateClusteredStandardError(
                clusters: oracle.names, correction: .inspect)
            check(miller, near: oracle.se_cluster_miller, within: 6e-10)
            check(inspect, near: oracle.se_cluster_inspect, within: 6e-10)
            if let expected = oracle.se_clt_n_minus_1 ?? oracle.se_clt {
                check(try #require(sample.standardError), near: expected, within: 6e-10)
            }
            if let expected = oracle.se_bernoulli_n {
                let proportion = try Proportion(
                    successes: Int(oracle.values.reduce(0, +)), trials: sample.count)
                check(proportion.standardError, near: expected, within: 6e-10)
            }
            if let ends = oracle.t_ci_df23 {
                let interval = try sample.estimateInterval(
                    standardError: try #require(sample.standardError), degreesOfFreedom: 23)
                check(interval.lower, near: ends[0], within: 6e-10)
                check(interval.upper, near: ends[1], within: 6e-10)
            }
        }
    }

    @Test func `clusters of one give the plain standard error`() throws {
        let sample = try ScoreSample([0.1, 0.9, 0.4, 0.7, 0.2])
        let clustered = try sample.estimateClusteredStandardError(
            clusters: ["a", "b", "c", "d", "e"], correction: .inspect)
        check(clustered, near: try #require(sample.standardError), within: 1e-15)
    }

    @Test func `a single score has no standard error and a single cluster no corrected one`() throws
    {
        #expect(try ScoreSample([1]).standardError == nil)
        #expect(throws: UnusableSample.self) {
            try ScoreSample([1, 0]).estimateClusteredStandardError(
                clusters: ["a", "a"], correction: .inspect)
        }
    }

    @Test func `no scores, a score that is no number and wrong cluster counts are refused`() {
        #expect(throws: UnusableSample.self) { try ScoreSample([]) }
        #expect(throws: UnusableSample.self) { try ScoreSample([1, .nan]) }
        #expect(throws: UnusableSample.self) {
            try ScoreSample([1, 0]).estimateClusteredStandardError(
                clusters: ["a"], correction: .miller)
        }
    }

    @Test func `Student's quantiles are those of the printed tables`() throws {
        // Abramowitz and Stegun 1964, table 26.10, two-sided 95 % and 99 %.
        let cases: [(Double, Double, Double)] = [
            (0.95, 1, 12.706), (0.95, 2, 4.303), (0.95, 10, 2.228), (0.95, 23, 2.069),
            (0.95, 120, 1.980), (0.99, 1, 63.657), (0.99, 5, 4.032), (0.99, 30, 2.750),
        ]
        for (share, degrees, expected) in cases {
            let t = StudentDistribution.centralQuantile(
                try #require(Probability(share)), degreesOfFreedom: degrees)
            check(t, near: expected, within: 5.1e-4, "t(\(share), \(degrees))")
        }
    }

    @Test func `the normal quantile is right to twelve digits`() throws {
        check(
            NormalDistribution.centralQuantile(.ninetyFivePercent), near: 1.959_963_984_540_054,
            within: 1e-12)
        check(
            NormalDistribution.centralQuantile(try #require(Probability(0.99))),
            near: 2.575_829_303_548_901, within: 1e-12)
    }

    @Test func `the logarithm of the gamma function is right at factorials and halves`() {
        check(lnGamma(1), near: 0, within: 1e-14)
        check(lnGamma(0.5), near: 0.572_364_942_924_700_1, within: 1e-14)
        check(lnGamma(11), near: 15.104_412_573_075_516, within: 1e-13)
        check(lnGamma(171), near: 706.573_062_245_787_4, within: 1e-11)
    }
}
