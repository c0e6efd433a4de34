// SPDX-License-Identifier: Apache-2.0

extension ArraySlice<UInt8> {
    /// The unsigned number of `count` bytes at `offset` from the slice's start, lowest byte first.
    func littleEndian(at offset: Int, count: Int) -> UInt64 {
        precondition(count <= 8 && offset + count <= self.count, "the caller checks the length")
        return (0..<count).reversed().reduce(0) { $0 << 8 | UInt64(self[startIndex + offset + $1]) }
    }
}
