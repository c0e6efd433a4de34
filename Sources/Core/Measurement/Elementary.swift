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

func powerOfTwo(_ x: Double) -> Double { exp2(x) }

func logarithmOfTwo(_ x: Double) -> Double { log2(x) }

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
