// SPDX-License-Identifier: Apache-2.0

/// The beta distribution, on [0, 1].
enum BetaDistribution {
    /// From this size of both parameters on the tail is integrated, which takes no longer however
    /// large they are.
    private static let large = 3_000.0

    /// P(X ≤ x), the regularised incomplete beta function.
    static func cumulative(_ x: Double, a: Double, b: Double) -> Double {
        cumulative(x, rest: 1 - x, a: a, b: b)
    }

    /// P(X ≤ x) where `rest` is 1 − x, kept apart because one of the two may be tiny.
    static func cumulative(_ x: Double, rest: Double, a: Double, b: Double) -> Double {
        exponential(lnCumulative(x, rest: rest, a: a, b: b))
    }

    /// ln P(X ≤ x), which is known also where the chance itself is too small for a number.
    ///
    /// Source: Abramowitz and Stegun 1964, 26.5.8 (continued fraction).
    static func lnCumulative(_ x: Double, rest: Double, a: Double, b: Double) -> Double {
        if x <= 0 { return -.infinity }
        if rest <= 0 { return 0 }
        // Both ways are good only on this side of the mean; the other side is its mirror.
        if x * (a + b + 2) < a + 1 { return lnLowerTail(x, rest, a: a, b: b) }
        return ln1p(-exponential(lnLowerTail(rest, x, a: b, b: a)))
    }

    /// The x with P(X ≤ x) = `probability`.
    static func quantile(_ probability: Double, a: Double, b: Double) -> Double {
        rootOfIncreasing(in: 0...1) { cumulative($0, a: a, b: b) - probability }
    }

    /// The x with P(X > x) = `tail`, which may be far too small for 1 − `tail`.
    static func quantile(upperTail tail: Double, a: Double, b: Double) -> Double {
        rootOfIncreasing(in: 0...1) { tail - cumulative(1 - $0, rest: $0, a: b, b: a) }
    }

    private static func lnLowerTail(_ x: Double, _ rest: Double, a: Double, b: Double) -> Double {
        if min(a, b) >= large { return lnIntegratedTail(x, rest, a: a, b: b) }
        return lnBinomialDensity(a, of: a + b, p: x, q: rest) + ln(a) + ln(b / (a + b))
            + ln(continuedFraction(x, rest, a: a, b: b))
    }

    /// The even part of the fraction, written in terms of how far x lies below the mean, so that
    /// nothing cancels where x or its rest is tiny.
    ///
    /// Source: DiDonato and Morris 1992, ACM TOMS 18(3), algorithm 708 (`BFRAC`).
    private static func continuedFraction(
        _ x: Double, _ rest: Double, a: Double, b: Double
    ) -> Double {
        let below = a > b ? (a + b) * rest - b : a - (a + b) * x
        let (c, c0, c1) = (below + 1, b / a, 1 + 1 / a)
        var (p, s) = (1.0, a + 1)
        // Numerators and denominators of the last two steps.
        var (upper, lower) = ((0.0, 1.0), (1.0, c / c1))
        var fraction = c1 / c
        // About the square root of the smaller parameter in steps, which is not large here.
        for step in 1...100_000 {
            let n = Double(step)
            let w = n * (b - n) * x
            let scale = a / s
            let alpha = p * (p + c0) * scale * scale * (w * x)
            let share = n / a
            let beta = n + w / s + (1 + share) / (c1 + 2 * share) * (c + n * (1 + rest))
            p = 1 + share
            s += 2
            upper = (upper.1, alpha * upper.0 + beta * upper.1)
            lower = (lower.1, alpha * lower.0 + beta * lower.1)
            let before = fraction
            fraction = upper.1 / lower.1
            if abs(fraction - before) <= 1e-16 * fraction { break }
            upper = (upper.0 / lower.1, fraction)
            lower = (lower.0 / lower.1, 1)
        }
        return fraction
    }

    /// The density integrated from x down to where it is e⁻⁵⁰ of what it is at x.
    ///
    /// Source: Gauss–Legendre quadrature, Abramowitz and Stegun 1964, 25.4.30.
    private static func lnIntegratedTail(
        _ x: Double, _ rest: Double, a: Double, b: Double
    ) -> Double {
        let deviation = (a / (a + b) * (b / (a + b)) / (a + b + 1)).squareRoot()
        let distance = max(0, (a / (a + b) - x) / deviation)
        let reach = min(x, ((distance * distance + 100).squareRoot() - distance) * deviation)
        func lnDensity(_ offset: Double) -> Double {
            lnBinomialDensity(a - 1, of: a + b - 2, p: x - offset, q: rest + offset)
        }
        let top = lnDensity(0)
        let panels = 10
        var sum = 0.0
        for panel in 0..<panels {
            for (node, weight) in quadrature {
                let offset = reach * (Double(panel) + node) / Double(panels)
                sum += weight * exponential(lnDensity(offset) - top)
            }
        }
        return top + ln(sum * reach / Double(panels) * (a + b - 1))
    }

    /// The places and weights of sixteen points on [0, 1], by Newton's method on Legendre's
    /// polynomial.
    private static let quadrature: [(node: Double, weight: Double)] = {
        let n = 16
        return (1...n).map { index in
            var z = cosine((Double(index) - 0.25) / (Double(n) + 0.5) * Double.pi)
            var slope = 0.0
            for _ in 0..<20 {
                var (before, here) = (1.0, z)
                for degree in 2...n {
                    let k = Double(degree)
                    (before, here) = (here, ((2 * k - 1) * z * here - (k - 1) * before) / k)
                }
                slope = Double(n) * (z * here - before) / (z * z - 1)
                z -= here / slope
            }
            return (node: (z + 1) / 2, weight: 1 / ((1 - z * z) * slope * slope))
        }
    }()
}
