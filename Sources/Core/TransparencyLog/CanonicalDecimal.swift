// SPDX-License-Identifier: Apache-2.0

/// Whole numbers in texts: ASCII digits without sign or leading zeros, so that each has one
/// spelling.
enum CanonicalDecimal {
    /// The number, or nil for any other spelling and beyond 2^64 − 1.
    static func parse(_ text: some StringProtocol) -> UInt64? {
        guard let number = UInt64(text), String(number).utf8.elementsEqual(text.utf8) else {
            return nil
        }
        return number
    }
}
