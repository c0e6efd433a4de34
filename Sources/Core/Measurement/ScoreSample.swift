// SPDX-License-Identifier: Apache-2.0

/// Scores of like questions, one a question.
public struct ScoreSample: Hashable, Sendable {
    public let values: [Double]

    /// Source: at least one score, and every one finite.
    ///
    /// - Throws: ``UnusableSample`` where that does not hold.
    public init(_ values: [Double]) throws(UnusableSample) {
        guard !values.isEmpty else { throw UnusableSample("there are no scores") }
        guard values.allSatisfy(\.isFinite) else { throw UnusableSample("a score is not a number") }
        self.values = values
    }

    public var count: Int { values.count }

    /// The arithmetic mean.
    public var mean: Double { values.reduce(0, +) / Double(values.count) }

    /// The standard error of the mean for independent questions, nil for a single one.
    ///
    /// Source: Miller 2024, arXiv 2411.00640, equation 1.
    public var standardError: Double? {
        guard count > 1 else { return nil }
        let center = mean
        let squares = values.reduce(0) { $0 + ($1 - center) * ($1 - center) }
        return (squares / Double(count - 1) / Double(count)).squareRoot()
    }

    /// Which small-sample factor a clustered standard error carries.
    public enum ClusterCorrection: Sendable {
        /// None, as Miller writes it.
        case miller
        /// The variance times C / (C − 1) for C clusters, as Inspect reports it.
        case inspect
    }

    /// The standard error of the mean for questions that come in clusters, such as families of
    /// tasks.
    ///
    /// - Parameter clusters: the cluster of each score, in the order of the scores.
    /// - Throws: ``UnusableSample`` for a wrong count, or a single cluster under
    ///   ``ClusterCorrection/inspect``.
    ///
    /// Source: Miller 2024, arXiv 2411.00640, appendix A; the factor is Inspect's
    /// `stderr(cluster=)`.
    public func estimateClusteredStandardError(
        clusters: [String], correction: ClusterCorrection
    ) throws(UnusableSample) -> Double {
        guard clusters.count == count else {
            throw UnusableSample("\(clusters.count) cluster names for \(count) scores")
        }
        let center = mean
        var sums: [String: Double] = [:]
        for (cluster, value) in zip(clusters, values) {
            sums[cluster, default: 0] += value - center
        }
        // In the order of the names, since the order of summing decides the last bits.
        let squares = sums.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value * $1.value }
        let plain = squares.squareRoot() / Double(count)
        switch correction {
        case .miller: return plain
        case .inspect:
            guard sums.count > 1 else {
                throw UnusableSample("a single cluster says nothing about the spread of clusters")
            }
            return plain * (Double(sums.count) / Double(sums.count - 1)).squareRoot()
        }
    }

    /// An interval for the mean by Student's t, not clipped to the range of the scores.
    ///
    /// Source: Student 1908, Biometrika 6(1); n − 1 degrees of freedom, or clusters less one.
    public func estimateInterval(
        standardError: Double, degreesOfFreedom: Int, confidence: Probability = .ninetyFivePercent
    ) throws(UnusableSample) -> Interval {
        guard degreesOfFreedom > 0, standardError >= 0, standardError.isFinite else {
            throw UnusableSample("an interval needs at least two scores or two clusters")
        }
        let t = StudentDistribution.centralQuantile(
            confidence, degreesOfFreedom: Double(degreesOfFreedom))
        return Interval(lower: mean - t * standardError, upper: mean + t * standardError)
    }
}
