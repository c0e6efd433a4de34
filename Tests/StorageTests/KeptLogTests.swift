// SPDX-License-Identifier: Apache-2.0

import Foundation
import Storage
import Testing

/// What was read of a log, kept between two runs.
@Suite struct KeptLogTests {
    private static let leaves: [[UInt8]] =
        (0..<1000).map { number in
            [UInt8](repeating: UInt8(number & 0xFF), count: number * 7 % 900)
        } + [[UInt8](repeating: 7, count: 65_535)]

    /// Runs in an empty folder that is gone afterwards.
    private func inFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "kept-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    private func all(_ kept: KeptLog, in pieces: Int) throws -> [[UInt8]] {
        var leaves: [[UInt8]] = []
        while case let next = try kept.next(pieces), !next.isEmpty { leaves += next }
        return leaves
    }

    @Test func `leaves come back as they were appended, in pieces of any length`() throws {
        try inFolder { folder in
            var kept: KeptLog? = try KeptLog(folder: folder)
            try kept!.cut()
            for start in stride(from: 0, to: Self.leaves.count, by: 256) {
                try kept!.append(Array(Self.leaves[start..<min(start + 256, Self.leaves.count)]))
            }
            kept = nil
            for pieces in [1, 7, 256] {
                #expect(try all(try KeptLog(folder: folder), in: pieces) == Self.leaves)
            }
        }
    }

    @Test func `what lies behind the leaves read is dropped before others are appended`() throws {
        try inFolder { folder in
            let kept = try KeptLog(folder: folder)
            try kept.append(Array(Self.leaves[..<10]))
            kept.rewind()
            #expect(try kept.next(4) == Array(Self.leaves[..<4]))
            try kept.cut()
            try kept.append([[1, 2, 3]])
            kept.rewind()
            #expect(try all(kept, in: 100) == Array(Self.leaves[..<4]) + [[1, 2, 3]])
        }
    }

    @Test func `a torn end is no leaf`() throws {
        try inFolder { folder in
            do {
                let kept = try KeptLog(folder: folder)
                try kept.append([[1, 2, 3], [4, 5, 6]])
            }
            for length in 0..<10 {
                try FileManager.default.removeItem(atPath: "\(folder)/leaves")
                let bytes: [UInt8] = [0, 3, 1, 2, 3, 0, 3, 4, 5, 6]
                try Data(bytes.prefix(length)).write(to: URL(filePath: "\(folder)/leaves"))
                #expect(try all(try KeptLog(folder: folder), in: 5).count == length / 5)
            }
        }
    }

    @Test func `the mark is replaced as a whole, and nobody else is let in`() throws {
        try inFolder { folder in
            let kept = try KeptLog(folder: folder)
            #expect(try kept.mark() == nil)
            try kept.replaceMark(with: [1])
            try kept.replaceMark(with: [2, 3])
            #expect(try kept.mark() == [2, 3])
            let fault = #expect(throws: StorageFault.self) { try KeptLog(folder: folder) }
            #expect(fault?.code == .inUse)
        }
    }
}
