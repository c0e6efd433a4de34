// SPDX-License-Identifier: Apache-2.0

/// The standard normal distribution.
enum NormalDistribution {
    /// P(Z ≤ z).
    ///
    /// Source: Abramowitz and Stegun 1964, 26.2.29.
    static func cumulative(_ z: Double) -> Double {
        complementaryError(-z / (2.0).squareRoot()) / 2
    }

    /// The z with P(Z > z) = `tail`; 1.645 for 5 %.
    static func quantile(upperTail tail: Double) -> Double {
        rootOfIncreasing(in: -40...40) { tail - cumulative(-$0) }
    }

    /// The z with P(|Z| ≤ z) = `confidence`; 1.96 for 95 %.
    static func centralQuantile(_ confidence: Probability) -> Double {
        rootOfIncreasing(in: 0...40) { confidence.tail - cumulative(-$0) }
    }
}

/// Student's t distribution.
enum StudentDistribution {
    /// P(|T| > t), the two-sided p-value.
    ///
    /// Source: Abramowitz and Stegun 1964, 26.7.1 with 26.5.27.
    static func outside(_ t: Double, degreesOfFreedom: Double) -> Double {
        precondition(degreesOfFreedom > 0, "Student's t needs at least one degree of freedom")
        let square = t * t
        guard square.isFinite else { return 0 }
        let total = degreesOfFreedom + square
        return BetaDistribution.cumulative(
            degreesOfFreedom / total, rest: square / total, a: degreesOfFreedom / 2, b: 0.5)
    }

    /// The t with P(|T| ≤ t) = `confidence`; 2.069 for 95 % and 23 degrees of freedom.
    ///
    /// Source: Abramowitz and Stegun 1964, 26.7.1 with 26.5.27.
    static func centralQuantile(_ confidence: Probability, degreesOfFreedom: Double) -> Double {
        let tails = 2 * confidence.tail
        var upper = 1.0
        while outside(upper, degreesOfFreedom: degreesOfFreedom) > tails, upper < 1e150 {
            upper *= 2
        }
        return rootOfIncreasing(in: 0...upper) {
            tails - outside($0, degreesOfFreedom: degreesOfFreedom)
        }
    }
}

/// The chi-square distribution.
enum ChiSquareDistribution {
    /// P(X > x), by the series of the incomplete gamma function or its continued fraction,
    /// whichever converges.
    ///
    /// Source: Abramowitz and Stegun 1964, 26.4.19 with 6.5.29 and 6.5.31.
    static func survival(_ x: Double, degreesOfFreedom: Double) -> Double {
        let (a, half) = (degreesOfFreedom / 2, x / 2)
        if half <= 0 { return 1 }
        let front = exponential(a * ln(half) - half - lnGamma(a))
        if half < a + 1 {
            var (term, sum, n) = (1 / a, 1 / a, a)
            while term > sum * 1e-17 {
                n += 1
                term *= half / n
                sum += term
            }
            return max(0, 1 - front * sum)
        }
        var b = half + 1 - a
        var c = 1e300
        var d = 1 / b
        var fraction = d
        for step in 1...100_000 {
            let weight = -Double(step) * (Double(step) - a)
            b += 2
            d = 1 / (weight * d + b)
            c = b + weight / c
            fraction *= d * c
            if abs(d * c - 1) < 1e-16 { break }
        }
        return front * fraction
    }
}
