// SPDX-License-Identifier: Apache-2.0

/// An argument of a statement, in PostgreSQL's binary form.
enum PostgresValue: Sendable {
    case integer(Int64)
    case text(String)
    case bytes([UInt8])
    case byteStrings([[UInt8]])
    case integers([Int64])

    /// The type's number in PostgreSQL's catalogue.
    ///
    /// Source: src/include/catalog/pg_type.dat: bytea 17, int8 20, text 25, bytea[] 1001, int8[]
    /// 1016.
    var type: UInt32 {
        switch self {
        case .integer: 20
        case .text: 25
        case .bytes: 17
        case .byteStrings: 1001
        case .integers: 1016
        }
    }

    var binary: [UInt8] {
        switch self {
        case .integer(let value): PostgresValue.bigEndian(UInt64(bitPattern: value))
        case .text(let text): Array(text.utf8)
        case .bytes(let bytes): bytes
        case .byteStrings(let list): PostgresValue.array(list, of: 17)
        case .integers(let list):
            PostgresValue.array(
                list.map { PostgresValue.bigEndian(UInt64(bitPattern: $0)) }, of: 20)
        }
    }

    /// One dimension, counted from 1, without nulls; each element behind its length.
    ///
    /// Source: src/backend/utils/adt/arrayfuncs.c, array_recv.
    private static func array(_ elements: [[UInt8]], of type: UInt32) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(elements.reduce(20) { $0 + 4 + $1.count })
        bytes += bigEndian(UInt32(elements.isEmpty ? 0 : 1)) + bigEndian(UInt32(0))
        bytes += bigEndian(type)
        guard !elements.isEmpty else { return bytes }
        bytes += bigEndian(UInt32(elements.count)) + bigEndian(UInt32(1))
        for element in elements {
            bytes += bigEndian(UInt32(element.count))
            bytes += element
        }
        return bytes
    }

    private static func bigEndian<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }
}
