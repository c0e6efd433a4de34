// SPDX-License-Identifier: Apache-2.0
import Foundation
import Storage
import Testing
import TransparencyLog

/// Exporting a log that a test holds in memory, and what can be in the way.
@Suite struct LogExportTests {
    private static let entries = (0..<70_000).map { Array("entry \($0)".utf8) }
    private static let tree = MerkleTree(leafHashes: entries.map { MerkleHash.leaf($0) })
    private static let key = try! PrivateKey(seed: [UInt8](repeating: 1, count: 32))

    private struct Broken: Error {}

    private static func checkpoint(_ size: Int) -> Checkpoint {
        let size = TreeSize(UInt64(size))
        return Checkpoint(origin: "log.example", size: size, root: tree.root(at: size))
    }

    private static func note(_ checkpoint: Checkpoint) throws -> UnverifiedNote {
        let line = try NoteSignature.sign(text: checkpoint.text, as: checkpoint.origin, with: key)
        return UnverifiedNote(text: checkpoint.text, signatures: [line])
    }

    /// A folder that is gone after the test.
    private final class Place {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "export-\(UUID().uuidString)").path

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func file(_ name: String) -> URL { URL(filePath: "\(path)/\(name)") }

        func read(_ name: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: file(name))) }
    }

    private static func honest(_ bundle: UInt64, _ count: Int) -> [[UInt8]] {
        Array(entries[Int(bundle) * 256..<Int(bundle) * 256 + count])
    }

    @discardableResult
    private func extend(
        _ place: Place, from held: Int?, to size: Int,
        source: LogExport.Source = { honest($0, $1) }
    ) async throws -> LogExport.Outcome {
        let export = LogExport(
            folder: try TileFolder(at: place.path), held: held.map(Self.checkpoint))
        let checkpoint = Self.checkpoint(size)
        return try await export.extend(to: checkpoint, Self.note(checkpoint), from: source)
    }

    private func fault(_ place: Place, at size: Int) throws -> String? {
        let folder = try TileFolder(at: place.path)
        return try LogExport(folder: folder, held: Self.checkpoint(size)).firstFault()
    }

    private func check(_ place: Place, holds size: Int) throws {
        let note = try UnverifiedNote(parsing: place.read("checkpoint"))
        #expect(note.text == Self.checkpoint(size).text)
        for path in TilePath.all(for: TreeSize(UInt64(size))) {
            let start = Int(path.index) * 256
            let expected =
                path.kind == .entries
                ? EntryBundle.encode(Array(Self.entries[start..<start + path.width]))
                : Self.tree.tile(path)
            #expect(try place.read(path.path) == expected, "\(path) of \(size)")
        }
        #expect(try fault(place, at: size) == nil)
    }

    @Test(arguments: [0, 1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 70_000])
    func `a log of any size is there with all its tiles`(size: Int) async throws {
        let place = Place()
        let outcome = try await extend(place, from: nil, to: size)
        #expect(outcome.added == UInt64(size))
        #expect(outcome.fetched == (size + 255) / 256)
        try check(place, holds: size)
    }

    @Test func `what was published before stays, and only what is new is fetched`() async throws {
        let place = Place()
        let sizes = [0, 1, 2, 255, 256, 257, 511, 512, 513, 1_000, 1_000, 65_535, 65_537]
        var held: Int?
        for size in sizes {
            let outcome = try await extend(place, from: held, to: size)
            #expect(outcome.added == UInt64(size - (held ?? 0)))
            #expect(outcome.fetched <= (size - (held ?? 0)) / 256 + 2)
            try check(place, holds: size)
            held = size
        }
        for size in sizes {
            for path in TilePath.partials(for: TreeSize(UInt64(size))) {
                #expect(FileManager.default.fileExists(atPath: place.file(path.path).path))
            }
        }
    }

    @Test func `one that was broken off goes on, and shows nothing before it is whole`()
        async throws
    {
        let place = Place()
        try await extend(place, from: nil, to: 300)
        for end in [UInt64(3), 9, 20] {
            await #expect(throws: Broken.self) {
                try await extend(place, from: 300, to: 10_000) { bundle, count in
                    if bundle == end { throw Broken() }
                    return Self.honest(bundle, count)
                }
            }
            try check(place, holds: 300)
        }
        var asked: [UInt64] = []
        let outcome = try await extend(place, from: 300, to: 10_000) { bundle, count in
            asked.append(bundle)
            return Self.honest(bundle, count)
        }
        #expect(asked.first == 20 && outcome.added == 9_700)
        try check(place, holds: 10_000)
    }

    @Test func `files that a broken export left half written are made anew`() async throws {
        let place = Place()
        await #expect(throws: Broken.self) {
            try await extend(place, from: nil, to: 2_000) { bundle, count in
                if bundle == 6 { throw Broken() }
                return Self.honest(bundle, count)
            }
        }
        #expect(!FileManager.default.fileExists(atPath: place.file("tile").path))
        try Data().write(to: place.file(".standstill-incoming/2.256"))
        var other = Self.honest(4, 256)
        other[7] = Array("another".utf8)
        try Data(EntryBundle.encode(other)).write(to: place.file(".standstill-incoming/4.256"))
        try await extend(place, from: nil, to: 2_000)
        try check(place, holds: 2_000)
    }

    @Test(arguments: ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1", "tile/entries/200"])
    func `a broken file is found by checking, and mended by exporting`(name: String) async throws {
        let place = Place()
        try await extend(place, from: nil, to: 70_000)
        var bytes = try place.read(name)
        bytes[bytes.count / 2] ^= 4
        try Data(bytes).write(to: place.file(name))
        #expect(try fault(place, at: 70_000) != nil)
        if name.hasPrefix("tile/entries") {
            // Nothing that is needed to go on; without a checkpoint everything is looked at again.
            try FileManager.default.removeItem(at: place.file("checkpoint"))
            try await extend(place, from: nil, to: 70_000)
        } else {
            try await extend(place, from: 70_000, to: 70_000)
        }
        try check(place, holds: 70_000)
    }

    @Test func `entries that are not those of the checkpoint change nothing that is shown`()
        async throws
    {
        let place = Place()
        try await extend(place, from: nil, to: 700)
        func refused(_ source: @escaping LogExport.Source) async {
            await #expect(throws: ExportRefusal.otherEntries(TreeSize(1_500))) {
                try await extend(place, from: 700, to: 1_500, source: source)
            }
        }
        await refused { bundle, count in
            var entries = Self.honest(bundle, count)
            if bundle == 4 { entries[3] = [1] }
            return entries
        }
        // The first entries of a bundle that the folder holds already.
        await refused { bundle, count in
            var entries = Self.honest(bundle, count)
            if bundle == 2 { entries[0] = [1] }
            return entries
        }
        await refused { bundle, count in Array(Self.honest(bundle, count).dropLast()) }
        await refused { _, _ in [] }
        try check(place, holds: 700)
        try await extend(place, from: 700, to: 1_500)
        try check(place, holds: 1_500)
    }

    @Test func `a smaller tree and another one of its size are refused`() async throws {
        let place = Place()
        try await extend(place, from: nil, to: 300)
        await #expect(
            throws: ExportRefusal.smaller(held: TreeSize(300), offered: TreeSize(299))
        ) { try await extend(place, from: 300, to: 299) }
        let other = Checkpoint(
            origin: "log.example", size: TreeSize(300), root: MerkleHash.leaf([1]))
        let export = LogExport(
            folder: try TileFolder(at: place.path), held: Self.checkpoint(300))
        await #expect(throws: ExportRefusal.otherHistory(TreeSize(300))) {
            try await export.extend(to: other, Self.note(other)) { Self.honest($0, $1) }
        }
        try check(place, holds: 300)
    }

    @Test func `a folder that holds something else is left alone`() throws {
        let place = Place()
        try FileManager.default.createDirectory(
            atPath: place.path, withIntermediateDirectories: true)
        try Data([1]).write(to: place.file("letter.txt"))
        let fault = #expect(throws: StorageFault.self) { try TileFolder(at: place.path) }
        #expect(fault?.code == .notAStore)
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.path) == ["letter.txt"])
    }
}
