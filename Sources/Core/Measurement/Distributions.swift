// SPDX-License-Identifier: Apache-2.0

/// The standard normal distribution.
enum NormalDistribution {
    /// P(Z ≤ z).
    ///
    /// Source: Abramowitz and Stegun 1964, 26.2.29.
    static func cumulative(_ z: Double) -> Double {
        complementaryError(-z / (2.0).squareRoot()) / 2
    }

    /// The z with P(|Z| ≤ z) = `confidence`; 1.96 for 95 %.
    static func centralQuantile(_ confidence: Probability) -> Double {
        rootOfIncreasing(in: 0...40) { confidence.tail - cumulative(-$0) }
    }
}

/// The beta distribution, on [0, 1].
enum BetaDistribution {
    /// P(X ≤ x), the regularised incomplete beta function.
    ///
    /// Source: Abramowitz and Stegun 1964, 26.5.8 (continued fraction), evaluated by the method of
    /// Lentz 1976, Applied Optics 15(3).
    static func cumulative(_ x: Double, a: Double, b: Double) -> Double {
        if x <= 0 { return 0 }
        if x >= 1 { return 1 }
        let front = exponential(
            a * ln(x) + b * ln1p(-x) + lnGamma(a + b) - lnGamma(a) - lnGamma(b))
        // The fraction converges fast only on this side of the mean; the other side is its mirror.
        if x < (a + 1) / (a + b + 2) {
            return front * continuedFraction(x, a: a, b: b) / a
        }
        return 1 - front * continuedFraction(1 - x, a: b, b: a) / b
    }

    /// The x with P(X ≤ x) = `probability`.
    static func quantile(_ probability: Double, a: Double, b: Double) -> Double {
        rootOfIncreasing(in: 0...1) { cumulative($0, a: a, b: b) - probability }
    }

    private static func continuedFraction(_ x: Double, a: Double, b: Double) -> Double {
        let smallest = 1e-300
        func away(_ value: Double) -> Double { abs(value) < smallest ? smallest : value }
        var c = 1.0
        var d = 1 / away(1 - (a + b) * x / (a + 1))
        var fraction = d
        // About the square root of the larger parameter in steps; the limit is never the reason to
        // stop for any count a person could have made.
        for step in 1...200_000 {
            let m = Double(step)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 / away(1 + even * d)
            c = away(1 + even / c)
            fraction *= d * c
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 / away(1 + odd * d)
            c = away(1 + odd / c)
            fraction *= d * c
            if abs(d * c - 1) < 1e-15 { break }
        }
        return fraction
    }
}

/// Student's t distribution.
enum StudentDistribution {
    /// The t with P(|T| ≤ t) = `confidence`; 2.069 for 95 % and 23 degrees of freedom.
    ///
    /// Source: Abramowitz and Stegun 1964, 26.7.1 with 26.5.27.
    static func centralQuantile(_ confidence: Probability, degreesOfFreedom: Double) -> Double {
        precondition(degreesOfFreedom > 0, "Student's t needs at least one degree of freedom")
        func outside(_ t: Double) -> Double {
            BetaDistribution.cumulative(
                degreesOfFreedom / (degreesOfFreedom + t * t), a: degreesOfFreedom / 2, b: 0.5)
        }
        let tails = 2 * confidence.tail
        var upper = 1.0
        while outside(upper) > tails, upper < 1e150 { upper *= 2 }
        return rootOfIncreasing(in: 0...upper) { tails - outside($0) }
    }
}
