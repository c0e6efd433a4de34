// SPDX-License-Identifier: Apache-2.0

/// A number modulo p = 2^255 − 19: just enough arithmetic to tell whether a key is a point of the
/// curve.
///
/// For public values only, since its time depends on them.
struct FieldElement {
    /// Five digits of 51 bits, the lowest first; each may run over by a few bits between
    /// operations.
    private var digits: (UInt64, UInt64, UInt64, UInt64, UInt64)

    static let one = FieldElement((1, 0, 0, 0, 0))

    private init(_ digits: (UInt64, UInt64, UInt64, UInt64, UInt64)) { self.digits = digits }

    /// The number of 32 little-endian bytes, whose top bit is left out.
    init(bytes: [UInt8]) {
        let word = bytes.withUnsafeBytes { bytes in
            (0..<4).map {
                UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self))
            }
        }
        digits = (
            word[0] & Self.mask,
            (word[0] >> 51 | word[1] << 13) & Self.mask,
            (word[1] >> 38 | word[2] << 26) & Self.mask,
            (word[2] >> 25 | word[3] << 39) & Self.mask,
            word[3] >> 12 & Self.mask
        )
    }

    private static let mask: UInt64 = 1 << 51 - 1

    static func + (left: FieldElement, right: FieldElement) -> FieldElement {
        let (a, b) = (left.digits, right.digits)
        return FieldElement((a.0 + b.0, a.1 + b.1, a.2 + b.2, a.3 + b.3, a.4 + b.4)).carried
    }

    static func - (left: FieldElement, right: FieldElement) -> FieldElement {
        // Adding 2p first keeps every digit above zero.
        let (a, b) = (left.digits, right.digits)
        let twice = 2 * Self.mask
        return FieldElement(
            (
                a.0 + (twice - 36) - b.0, a.1 + twice - b.1, a.2 + twice - b.2, a.3 + twice - b.3,
                a.4 + twice - b.4
            )
        ).carried
    }

    static func * (left: FieldElement, right: FieldElement) -> FieldElement {
        let (a, b) = (left.digits, right.digits)
        func product(_ x: UInt64, _ y: UInt64) -> UInt128 { UInt128(x) * UInt128(y) }
        // 2^255 is 19 here, so what lies above comes back 19 times.
        let (b1, b2, b3, b4) = (19 * b.1, 19 * b.2, 19 * b.3, 19 * b.4)
        var r0 = product(a.0, b.0) + product(a.1, b4) + product(a.2, b3)
        r0 += product(a.3, b2) + product(a.4, b1)
        var r1 = product(a.0, b.1) + product(a.1, b.0) + product(a.2, b4)
        r1 += product(a.3, b3) + product(a.4, b2)
        var r2 = product(a.0, b.2) + product(a.1, b.1) + product(a.2, b.0)
        r2 += product(a.3, b4) + product(a.4, b3)
        var r3 = product(a.0, b.3) + product(a.1, b.2) + product(a.2, b.1)
        r3 += product(a.3, b.0) + product(a.4, b4)
        var r4 = product(a.0, b.4) + product(a.1, b.3) + product(a.2, b.2)
        r4 += product(a.3, b.1) + product(a.4, b.0)
        r1 += r0 >> 51
        r2 += r1 >> 51
        r3 += r2 >> 51
        r4 += r3 >> 51
        func low(_ value: UInt128) -> UInt64 { UInt64(truncatingIfNeeded: value) & mask }
        let over = UInt64(truncatingIfNeeded: r4 >> 51)
        return FieldElement((low(r0) + 19 * over, low(r1), low(r2), low(r3), low(r4))).carried
    }

    /// Whether some number squared is this one.
    ///
    /// Source: Euler's criterion; the exponent is (p − 1) / 2 = 2^254 − 10.
    var isSquare: Bool {
        var power = self
        // 2^254 − 10 in binary: 250 ones, then 0110.
        for _ in 1..<250 { power = power * power * self }
        for isSet in [false, true, true, false] {
            power = isSet ? power * power * self : power * power
        }
        return power.isZero || (power - .one).isZero
    }

    private var isZero: Bool {
        // After carrying the value is below 2p, so zero is spelled as 0 or as p.
        let d = carried.carried.digits
        let isNothing = d.0 | d.1 | d.2 | d.3 | d.4 == 0
        let isPrime = d.0 == Self.mask - 18 && d.1 & d.2 & d.3 & d.4 == Self.mask
        return isNothing || isPrime
    }

    /// The same number with digits of 51 bits and hardly more.
    private var carried: FieldElement {
        var d = digits
        d.1 += d.0 >> 51
        d.2 += d.1 >> 51
        d.3 += d.2 >> 51
        d.4 += d.3 >> 51
        let over = d.4 >> 51
        let mask = Self.mask
        return FieldElement(
            ((d.0 & mask) + 19 * over, d.1 & mask, d.2 & mask, d.3 & mask, d.4 & mask))
    }
}
