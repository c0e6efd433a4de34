// SPDX-License-Identifier: Apache-2.0

/// Bytes that stand for themselves in a JSON string: all but the quote, the backslash and control
/// characters.
enum PlainRun {
    /// Where the run from `start` ends, and whether all of it is ASCII.
    ///
    /// Eight bytes a step, since most of an envelope is one long base64 string.
    static func end(
        in buffer: UnsafeRawBufferPointer, from start: Int
    ) -> (end: Int, isASCII: Bool) {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        var index = start
        var seen: UInt64 = 0
        while index + 8 <= buffer.count {
            let word = buffer.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5C)
            // The top bit of a byte is set where the byte is zero, or below 0x20. A byte above such
            // a one may be marked for no reason, which the loop for single bytes sets right.
            let special =
                ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
                | ((word &- ones &* 0x20) & ~word)
            if special & tops != 0 { break }
            seen |= word
            index += 8
        }
        while index < buffer.count {
            let byte = buffer[index]
            if byte == 0x22 || byte == 0x5C || byte < 0x20 { break }
            seen |= UInt64(byte)
            index += 1
        }
        return (index, seen & tops == 0)
    }
}
