// SPDX-License-Identifier: Apache-2.0

/// Chance that repeats itself: the same seed gives the same throws on every machine.
///
/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014):
/// SplitMix64.
public struct Dice: Sendable {
    private var state: UInt64

    public init(seed: UInt64) {
        state = seed
    }

    /// 64 bits.
    public mutating func throwBits() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    /// A number from 0 to `end` − 1.
    ///
    /// - Precondition: `end` is positive.
    public mutating func below(_ end: Int) -> Int {
        precondition(end > 0, "there is a number below \(end)")
        return Int(throwBits() % UInt64(end))
    }

    /// A number within a range.
    public mutating func within(_ range: ClosedRange<Int64>) -> Int64 {
        let width = UInt64(range.upperBound - range.lowerBound) + 1
        return range.lowerBound + Int64(throwBits() % width)
    }

    /// True so many times in a thousand.
    public mutating func isTrue(in thousand: Int) -> Bool { below(1000) < thousand }

    /// One of the values.
    ///
    /// - Precondition: there is one.
    public mutating func pick<Value>(_ values: [Value]) -> Value { values[below(values.count)] }

    /// The values in another order.
    public mutating func shuffle<Value>(_ values: [Value]) -> [Value] {
        var values = values
        for place in values.indices.reversed() where place > 0 {
            values.swapAt(place, below(place + 1))
        }
        return values
    }
}
