// SPDX-License-Identifier: Apache-2.0

import Foundation
import Storage
import Testing
import TransparencyLog

struct SiteBufferTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var site: String { folder.file("site") }

    private func leaf(_ number: Int) -> [UInt8] { Array(#"{"n":\#(number)}"#.utf8) }

    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: site).sorted()
    }

    @Test func `what was appended is there again, in its order`() throws {
        do {
            let buffer = try SiteBuffer(folder: site)
            try buffer.append([leaf(1), leaf(2)])
            try buffer.append([leaf(3)])
        }
        let again = try SiteBuffer(folder: site)
        #expect(again.leaves == [leaf(1), leaf(2), leaf(3)])
        #expect(again.droppedTail == nil)
        #expect(
            try folder.read("site/open.jsonl") == Array("{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n".utf8))
    }

    @Test func `a record that a crash tore is dropped and named, wherever it was torn`() throws {
        let whole = Array("{\"n\":1}\n{\"n\":2}\n".utf8)
        for cut in 1..<whole.count {
            let place = folder.file("cut-\(cut)")
            try FileManager.default.createDirectory(
                atPath: place, withIntermediateDirectories: true)
            try folder.write(Array(whole.prefix(cut)), to: "cut-\(cut)/open.jsonl")
            let tail = whole.prefix(cut).suffix { (byte: UInt8) in byte != 0x0A }
            do {
                let buffer = try SiteBuffer(folder: place)
                #expect(buffer.leaves == (cut >= 8 ? [leaf(1)] : []))
                #expect(buffer.droppedTail == (tail.isEmpty ? nil : tail))
                try buffer.append([leaf(9)])
            }
            let again = try SiteBuffer(folder: place)
            #expect(again.leaves == (cut >= 8 ? [leaf(1), leaf(9)] : [leaf(9)]))
            #expect(again.droppedTail == nil)
        }
    }

    @Test func `a closed period has the root of its leaves, and opens each with its path`() throws {
        let buffer = try SiteBuffer(folder: site)
        try buffer.append((0..<13).map(leaf))
        let period = try buffer.closePeriod(from: 100, to: 200)
        let tree = MerkleTree(leafHashes: (0..<13).map { MerkleHash.leaf(leaf($0)) })
        #expect(period == .init(number: 1, from: 100, to: 200, leaves: 13, root: tree.root()))
        #expect(buffer.leaves.isEmpty)
        // Another process reads while this one writes.
        let archive = SiteArchive(folder: site)
        #expect(try archive.periods() == [period])
        #expect(try archive.period(root: tree.root()) == period)
        #expect(try archive.period(root: MerkleHash.empty) == nil)
        let opened = try archive.open([0, 7, 12, 13].map { LogIndex($0) }, of: period)
        #expect(opened.map(\.index.value) == [0, 7, 12])
        for found in opened {
            #expect(found.bytes == leaf(Int(found.index.value)) && found.isAsCommitted)
            #expect(throws: Never.self) {
                try MerkleProof.verifyInclusion(
                    leaf: MerkleHash.leaf(found.bytes), index: found.index, size: TreeSize(13),
                    proof: found.path, root: period.root)
            }
        }
    }

    @Test func `periods follow each other, and survive a restart`() throws {
        var periods: [SiteArchive.Period] = []
        for number in 0..<3 {
            let buffer = try SiteBuffer(folder: site)
            try buffer.append([leaf(number), leaf(number + 10)])
            periods.append(
                try buffer.closePeriod(from: Int64(number) * 10, to: Int64(number) * 10 + 10))
            try buffer.archive.attach("entry", [UInt8(number)], to: number + 1)
        }
        let archive = SiteArchive(folder: site)
        #expect(try archive.periods() == periods)
        #expect(periods.map(\.number) == [1, 2, 3])
        #expect(try archive.leaves(of: 2) == [leaf(1), leaf(11)])
        #expect(try archive.attachment("entry", of: 2) == [1])
        #expect(try archive.attachment("mail", of: 2) == nil)
    }

    @Test func `a lie on the disk after closing changes neither the root nor other leaves`() throws
    {
        let period: SiteArchive.Period
        do {
            let buffer = try SiteBuffer(folder: site)
            try buffer.append((0..<6).map(leaf))
            period = try buffer.closePeriod(from: 0, to: 10)
        }
        let path = "site/period-000001.jsonl"
        let text = String(decoding: try folder.read(path), as: UTF8.self)
        try folder.write(Array(text.replacing(#"{"n":4}"#, with: #"{"n":400}"#).utf8), to: path)
        let archive = SiteArchive(folder: site)
        #expect(try archive.periods() == [period])
        let opened = try archive.open((0..<6).map { LogIndex($0) }, of: period)
        #expect(opened.map(\.isAsCommitted) == [true, true, true, true, false, true])
        #expect(throws: ProofFailure.rootMismatch) {
            try MerkleProof.verifyInclusion(
                leaf: MerkleHash.leaf(opened[4].bytes), index: LogIndex(4), size: TreeSize(6),
                proof: opened[4].path, root: period.root)
        }
    }

    @Test func `a closing that a crash cut short is undone, and nothing is lost`() throws {
        for (removed, restored) in [(["json"], true), (["json", "leaves"], true)] {
            do {
                let buffer = try SiteBuffer(folder: site)
                try buffer.append([leaf(1), leaf(2)])
                _ = try buffer.closePeriod(from: 0, to: 10)
            }
            try FileManager.default.removeItem(atPath: site + "/open.jsonl")
            for name in removed {
                try FileManager.default.removeItem(atPath: site + "/period-000001." + name)
            }
            let buffer = try SiteBuffer(folder: site)
            #expect(restored && buffer.leaves == [leaf(1), leaf(2)])
            let period = try buffer.closePeriod(from: 0, to: 20)
            #expect(period.number == 1 && period.leaves == 2)
            #expect(buffer.leaves.isEmpty)
            try FileManager.default.removeItem(atPath: site)
        }
    }

    @Test func `only what was acknowledged and is old enough is pruned, and roots stay`() throws {
        let buffer = try SiteBuffer(folder: site)
        var periods: [SiteArchive.Period] = []
        for number in 1...4 {
            try buffer.append([leaf(number)])
            periods.append(
                try buffer.closePeriod(from: Int64(number) * 10 - 10, to: Int64(number) * 10))
            if number != 2 { try buffer.archive.attach("entry", [1], to: number) }
        }
        #expect(try buffer.prune(endedBefore: 40, acknowledgedBy: "entry") == [1, 3])
        #expect(try buffer.archive.periods() == periods)
        #expect(try buffer.archive.leaves(of: 1) == nil)
        #expect(try buffer.archive.leaves(of: 2) == [leaf(2)])
        #expect(throws: StorageFault.self) {
            try buffer.archive.open([LogIndex(0)], of: periods[0])
        }
        #expect(try buffer.prune(endedBefore: 40, acknowledgedBy: "entry") == [])
        // The next period does not take the number of one that was pruned.
        try buffer.append([leaf(9)])
        #expect(try buffer.closePeriod(from: 40, to: 50).number == 5)
    }

    @Test func `a second process is kept out, a reader is not`() throws {
        let buffer = try SiteBuffer(folder: site)
        try buffer.append([leaf(1)])
        do {
            _ = try SiteBuffer(folder: site)
            Issue.record("two processes write one buffer")
        } catch {
            #expect(error.code == .inUse)
        }
        #expect(try SiteArchive(folder: site).periods().isEmpty)
    }

    @Test func `folders are made, and one that cannot be made is a fault with its name`() throws {
        _ = try SiteBuffer(folder: folder.file("a/b/site"))
        try folder.write([1], to: "file")
        do {
            _ = try SiteBuffer(folder: folder.file("file/site"))
            Issue.record("a folder within a file")
        } catch {
            #expect(error.description.contains("file/site"))
        }
    }

    @Test func `an empty period has the root of nothing`() throws {
        let buffer = try SiteBuffer(folder: site)
        let period = try buffer.closePeriod(from: 0, to: 10)
        #expect(period.root == MerkleHash.empty && period.leaves == 0)
        #expect(try names().contains("period-000001.json"))
        #expect(try buffer.archive.open([], of: period).isEmpty)
    }
}

extension ArraySlice where Element == UInt8 {
    /// The longest end of which every element holds.
    fileprivate func suffix(_ holds: (UInt8) -> Bool) -> [UInt8] {
        Array(self[((lastIndex { !holds($0) }).map { $0 + 1 } ?? startIndex)...])
    }
}
