// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

// The room's only door to the platform's mathematics. Last bits may differ between platforms, which
// is why a figure is rounded to six significant digits before anybody signs it.

func ln(_ x: Double) -> Double { log(x) }

/// ln(1 + x), exact also where x is tiny.
func ln1p(_ x: Double) -> Double { log1p(x) }

func exponential(_ x: Double) -> Double { exp(x) }

/// e^x − 1, exact also where x is tiny.
func exponentialLessOne(_ x: Double) -> Double { expm1(x) }

func powerOfTwo(_ x: Double) -> Double { exp2(x) }

func logarithmOfTwo(_ x: Double) -> Double { log2(x) }

func logarithmOfTen(_ x: Double) -> Double { log10(x) }

func cosine(_ x: Double) -> Double { cos(x) }

func complementaryError(_ x: Double) -> Double { erfc(x) }

/// ln Γ(x) for positive x.
///
/// The platform's `lgamma` writes a global sign and may not be called from two threads, hence
/// Stirling's series here, reached by the recurrence Γ(x + 1) = x Γ(x).
///
/// Source: Abramowitz and Stegun 1964, 6.1.41.
func lnGamma(_ x: Double) -> Double {
    precondition(x > 0, "the gamma function is used for positive arguments only")
    var shifted = x
    var product = 1.0
    while shifted < 15 {
        product *= shifted
        shifted += 1
    }
    let inverse = 1 / shifted
    let square = inverse * inverse
    let series =
        inverse
        * (1.0 / 12 - square
            * (1.0 / 360 - square
                * (1.0 / 1260 - square
                    * (1.0 / 1680 - square * (1.0 / 1188 - square * 691.0 / 360_360)))))
    let halfLnTwoPi = 0.918_938_533_204_672_741_780_329_736_406
    return (shifted - 0.5) * ln(shifted) - shifted + halfLnTwoPi + series - ln(product)
}

/// What Stirling's formula leaves of ln x!: ln Γ(x + 1) − (x + 1/2) ln x + x − ln √2π.
///
/// Source: Loader 2000, Fast and Accurate Computation of Binomial Probabilities.
func stirlingRemainder(_ x: Double) -> Double {
    if x < 15 {
        return lnGamma(x + 1) - (x + 0.5) * ln(x) + x - 0.918_938_533_204_672_741_78
    }
    let square = 1 / (x * x)
    return
        (1.0 / 12 - square
        * (1.0 / 360 - square
            * (1.0 / 1260 - square * (1.0 / 1680 - square * (1.0 / 1188)))))
        / x
}

/// x ln(x / mean) + mean − x for x − mean = `difference`, without the cancellation where the two
/// are near each other.
///
/// Source: Loader 2000, Fast and Accurate Computation of Binomial Probabilities.
func deviance(_ x: Double, from mean: Double, difference: Double) -> Double {
    guard abs(difference) < 0.1 * (x + mean) else { return x * ln(x / mean) - difference }
    let v = difference / (x + mean)
    var sum = difference * v
    var term = 2 * x * v
    for step in 1...1_000 {
        term *= v * v
        let next = sum + term / Double(2 * step + 1)
        if next == sum { break }
        sum = next
    }
    return sum
}

/// ln of C(n, k) p^k q^(n − k) for p + q = 1, to full precision for any n; k need not be whole.
///
/// Source: Loader 2000, Fast and Accurate Computation of Binomial Probabilities.
func lnBinomialDensity(_ k: Double, of n: Double, p: Double, q: Double) -> Double {
    if k == 0 { return n == 0 ? 0 : n * (p < 0.5 ? ln1p(-p) : ln(q)) }
    if k == n { return n * (q < 0.5 ? ln1p(-q) : ln(p)) }
    if p == 0 || q == 0 { return -.infinity }
    let remainder = stirlingRemainder(n) - stirlingRemainder(k) - stirlingRemainder(n - k)
    // Of p and q the smaller one is known better.
    let difference = p <= q ? k - n * p : n * q - (n - k)
    let deviances =
        deviance(k, from: p <= q ? n * p : k - difference, difference: difference)
        + deviance(n - k, from: p <= q ? n - k + difference : n * q, difference: -difference)
    let lnTwoPi = 1.837_877_066_409_345_483_56
    return remainder - deviances - 0.5 * (lnTwoPi + ln(k) + ln((n - k) / n))
}

/// The argument in `bounds` at which an increasing function passes zero, to the last bit or to
/// 2⁻³⁰⁰ of the width.
///
/// A function that is nowhere negative gives the lower bound, one that is nowhere positive the
/// upper.
func rootOfIncreasing(in bounds: ClosedRange<Double>, _ function: (Double) -> Double) -> Double {
    var (low, high) = (bounds.lowerBound, bounds.upperBound)
    for _ in 0..<300 {
        let middle = low + (high - low) / 2
        if middle <= low || middle >= high { break }
        if function(middle) < 0 { low = middle } else { high = middle }
    }
    return low + (high - low) / 2
}
