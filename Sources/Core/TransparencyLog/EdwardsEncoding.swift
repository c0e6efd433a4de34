// SPDX-License-Identifier: Apache-2.0

/// What can be told about encoded points and scalars of edwards25519 from their bytes.
///
/// Source: RFC 8032 §5.1; the small-order points are those of "Taming the many EdDSAs" (2020/1244).
enum EdwardsEncoding {
    /// Whether these 32 bytes are the one encoding of a coordinate: y < 2^255 − 19.
    static func isCanonical(_ point: [UInt8]) -> Bool {
        let y = withoutSign(point)
        // Only values from 2^255 − 19 on have these bytes all set.
        let isNearEnd = y[31] == 0x7F && y[1..<31].allSatisfy { $0 == 0xFF } && y[0] >= 0xED
        // Where x is zero there is no −x, so the sign bit must be clear.
        let isNegativeZero = point[31] & 0x80 != 0 && (y == one || y == minusOne)
        return !isNearEnd && !isNegativeZero
    }

    /// Whether this is one of the eight points whose order divides 8, in whichever encoding.
    static func isLowOrder(_ point: [UInt8]) -> Bool {
        let y = withoutSign(point)
        return lowOrder.contains(y)
    }

    /// Whether there is a point with this y: x² = (y² − 1) / (d·y² + 1) must be a square.
    ///
    /// Source: RFC 8032 §5.1.3.
    static func isOnCurve(_ point: [UInt8]) -> Bool {
        let y = FieldElement(bytes: point)
        let ySquared = y * y
        let numerator = ySquared - .one
        // Dividing by a number and multiplying by it differ by a square. It is never zero, since
        // −1/d is no square.
        let denominator = d * ySquared + .one
        return (numerator * denominator).isSquare
    }

    /// d = −121665/121666.
    private static let d = FieldElement(
        bytes: Hex.decode("a3785913ca4deb75abd841414d0a700098e879777940c78c73fe6f2bee6c0352")!)

    /// Whether a scalar is below the order L of the base point.
    static func isReduced(_ scalar: ArraySlice<UInt8>) -> Bool {
        for (byte, limit) in zip(scalar.reversed(), order.reversed()) where byte != limit {
            return byte < limit
        }
        return false
    }

    private static func withoutSign(_ point: [UInt8]) -> [UInt8] {
        var y = point
        y[31] &= 0x7F
        return y
    }

    private static let zero = [UInt8](repeating: 0, count: 32)
    private static let one = [1] + [UInt8](repeating: 0, count: 31)
    private static let minusOne = [0xEC] + [UInt8](repeating: 0xFF, count: 30) + [0x7F]

    /// The y coordinates of the points of small order: of order 4, 1, 2 and 8 (two), and then the
    /// non-canonical spellings of the first two.
    private static let lowOrder: [[UInt8]] = [
        zero, one, minusOne,
        Hex.decode("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")!,
        Hex.decode("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")!,
        [0xED] + [UInt8](repeating: 0xFF, count: 30) + [0x7F],
        [0xEE] + [UInt8](repeating: 0xFF, count: 30) + [0x7F],
    ]

    /// L = 2^252 + 27742317777372353535851937790883648493, little-endian.
    private static let order = Hex.decode(
        "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")!
}
