// SPDX-License-Identifier: Apache-2.0

/// The room's only source of chance: the same seed gives the same numbers on every machine.
///
/// Not for secrets.
///
/// Source: Blackman and Vigna 2021, ACM TOMS 47(4), xoshiro256**, its state filled by splitmix64
/// (Steele, Lea and Flood 2014, OOPSLA).
public struct SeededGenerator: Sendable {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    /// Source: the seeding that the generator's authors recommend; neighbouring seeds share
    /// nothing.
    public init(seed: UInt64) {
        var mixer = seed
        func next() -> UInt64 {
            mixer &+= 0x9e37_79b9_7f4a_7c15
            var z = mixer
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return z ^ (z >> 31)
        }
        state = (next(), next(), next(), next())
    }

    /// The next 64 random bits.
    ///
    /// Source: xoshiro256**.
    public mutating func next() -> UInt64 {
        func rotate(_ x: UInt64, _ k: UInt64) -> UInt64 { (x << k) | (x >> (64 - k)) }
        let result = rotate(state.1 &* 5, 7) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = rotate(state.3, 45)
        return result
    }

    /// A number from 0 up to but without `count`, each equally likely.
    ///
    /// Own arithmetic, since the standard library may change how it draws.
    ///
    /// Source: Lemire 2019, ACM TOMACS 29(1).
    public mutating func index(below count: Int) -> Int {
        precondition(count > 0, "one of nothing cannot be drawn")
        let bound = UInt64(count)
        var (high, low) = next().multipliedFullWidth(by: bound)
        if low < bound {
            let threshold = (0 &- bound) % bound
            while low < threshold { (high, low) = next().multipliedFullWidth(by: bound) }
        }
        return Int(high)
    }

    /// A number of the standard normal law.
    ///
    /// Source: Box and Muller 1958, Annals of Mathematical Statistics 29(2).
    mutating func normal() -> Double {
        // From (0, 1], since the logarithm of 0 is no number.
        let first = Double((next() >> 11) + 1) * 0x1p-53
        let second = Double(next() >> 11) * 0x1p-53
        return (-2 * ln(first)).squareRoot() * cosine(2 * Double.pi * second)
    }
}
