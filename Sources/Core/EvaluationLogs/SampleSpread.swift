// SPDX-License-Identifier: Apache-2.0
import Measurement

/// How far the mean of some scores may be off, taking them, or only their clusters, for
/// independent; 95 %.
struct SampleSpread {
    private(set) var error: Double?
    private(set) var interval: Interval?
    private(set) var method = ""
    private(set) var remarks: [ImportRemark] = []

    init(_ sample: ScoreSample, clusters: [String]? = nil, key: String? = nil) {
        var independent = sample.count
        error = sample.standardError
        if let clusters {
            independent = Set(clusters).count
            error = try? sample.estimateClusteredStandardError(
                clusters: clusters, correction: .inspect)
        }
        guard let error, independent > 1 else {
            remarks.add(.noInterval, "a single question or cluster allows no interval")
            return
        }
        guard let (interval, words) = Self.interval(sample, error: error, independent: independent)
        else {
            remarks.add(
                .noInterval, "the scores or clusters do not vary, so they allow no interval")
            return
        }
        self.interval = interval
        method = key.map { "\(words), clustered by \($0)" } ?? words
    }

    var bounds: InspectResult.Bounds? {
        interval.map { InspectResult.Bounds(interval: $0, method: method) }
    }

    private static func interval(
        _ sample: ScoreSample, error: Double, independent: Int
    ) -> (Interval, String)? {
        // Less than this is what rounding leaves of a spread of nothing.
        if error > 1e-12 * max(1, abs(sample.mean)) {
            guard
                let plain = try? sample.estimateInterval(
                    standardError: error, degreesOfFreedom: independent - 1)
            else { return nil }
            let isShare = sample.values.allSatisfy { (0...1).contains($0) }
            let clipped =
                isShare ? Interval(lower: max(0, plain.lower), upper: min(1, plain.upper)) : plain
            return (clipped, "Student's t, \(independent - 1) degrees of freedom")
        }
        // Where all scores agree, Student's interval would have no width and promise too much.
        guard let all = sample.values.first, all == 0 || all == 1,
            sample.values.allSatisfy({ $0 == all }),
            let proportion = try? Proportion(
                successes: all == 1 ? independent : 0, trials: independent)
        else { return nil }
        return (
            proportion.estimateInterval(.clopperPearson),
            "Clopper-Pearson, \(independent) trials, since all scores agree"
        )
    }
}

/// An interval from a standard error that somebody stated.
struct StatedError {
    let value: Double
    let error: Double
    let n: Int

    /// By Student's t, which a sample of one value serves to compute.
    var interval: Interval {
        get throws {
            try ScoreSample([value]).estimateInterval(
                standardError: error, degreesOfFreedom: n - 1)
        }
    }
}
