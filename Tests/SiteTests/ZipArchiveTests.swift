// SPDX-License-Identifier: Apache-2.0
import EvaluationLogs
import Foundation
import Site
import Testing

@Suite struct ZipArchiveTests {
    private static let text = Array(
        String(repeating: "{\"hello\":\"standstill\"}\n", count: 4).utf8)
    /// The text, compressed by zlib.
    private static let deflated = decode("q1bKSM3JyVeyUiouScxLKS7JzMlRquWqpoYwAA==")
    /// The text in two Zstandard frames, the first without and the second with a checksum.
    private static let zstandard = decode(
        "KLUv/QBY7QAAuHsiaGVsbG8iOiJzdGFuZHN0aWxsIn0KAQB1nk0otS/9BFjtAAC4aWxsIn0KeyJoZWxsbyI6"
            + "InN0YW5kc3QBAPWeTRAZi5A=")

    private static func decode(_ text: String) -> [UInt8] {
        Array(Data(base64Encoded: text) ?? Data())
    }

    private func read(_ writer: ZipWriter, _ name: String = "a.json") throws -> [UInt8]? {
        try withFile(writer.bytes, named: "test.eval") { file in
            let archive = try ZipArchive(file)
            return try archive.member(name).map(archive.bytes(of:))
        }
    }

    private func three() -> ZipWriter {
        ZipWriter([
            .init(name: "stored.json", content: Self.text),
            .init(name: "deflated.json", content: Self.text, method: 8, compressed: Self.deflated),
            .init(
                name: "zstandard.json", content: Self.text, method: 93, compressed: Self.zstandard),
        ])
    }

    @Test(arguments: [false, true])
    func `stored, deflated and many-framed Zstandard members are read, short and ZIP64`(
        isLong: Bool
    ) throws {
        var writer = three()
        writer.isLong = isLong
        writer.comment = Array("PK\u{5}\u{6} in a comment does not confuse".utf8)
        for entry in writer.entries { #expect(try read(writer, entry.name) == Self.text) }
        #expect(try read(writer, "absent.json") == nil)
    }

    @Test func `an empty archive and an empty member are read`() throws {
        let members = try withFile(ZipWriter([ZipWriter.Entry]()).bytes) {
            try ZipArchive($0).members
        }
        #expect(members.isEmpty)
        #expect(try read(ZipWriter([("a.json", "")])) == [])
        let frameless = ZipWriter([.init(name: "a.json", content: [], method: 93, compressed: [])])
        #expect(try read(frameless) == [])
    }

    @Test func `every truncation is refused and none crashes`() throws {
        let whole = three().bytes
        for length in 0..<whole.count {
            #expect(throws: MalformedEvidence.self, "\(length) bytes") {
                try withFile(Array(whole[..<length])) { _ = try ZipArchive($0) }
            }
        }
    }

    @Test func `no flipped bit changes what is read without being noticed`() throws {
        let writer = three()
        let whole = writer.bytes
        var noticed = 0
        for place in whole.indices {
            var damaged = whole
            damaged[place] ^= 1 << UInt8(place % 8)
            do {
                try withFile(damaged) { file in
                    let archive = try ZipArchive(file)
                    for member in archive.members {
                        #expect(try archive.bytes(of: member) == Self.text, "byte \(place)")
                    }
                }
            } catch is MalformedEvidence {
                noticed += 1
            }
        }
        // What goes unnoticed are times, versions, attributes and member names.
        #expect(noticed > whole.count / 2)
    }

    @Test func `a wrong checksum is refused, naming file and member`() throws {
        let writer = ZipWriter([.init(name: "a.json", content: Self.text, checksum: 1)])
        checkMalformed("test.eval", "a.json", "checksum") { _ = try read(writer) }
    }

    @Test func `a member longer or shorter than it says is refused`() throws {
        for (stated, reason) in [
            (Self.text.count - 1, "longer"), (Self.text.count + 1, "has 92 bytes"),
        ] {
            for (method, data) in [
                (UInt64(8), Self.deflated), (93, Self.zstandard), (0, Self.text),
            ] {
                let writer = ZipWriter([
                    .init(
                        name: "a.json", content: Self.text, method: method, compressed: data,
                        statedSize: stated)
                ])
                checkMalformed("a.json", reason) { _ = try read(writer) }
            }
        }
    }

    @Test func `compressed data that ends early is refused`() throws {
        for (method, data) in [(UInt64(8), Self.deflated), (93, Self.zstandard)] {
            let writer = ZipWriter([
                .init(
                    name: "a.json", content: Self.text, method: method,
                    compressed: Array(data.dropLast(3)))
            ])
            checkMalformed("a.json", "early") { _ = try read(writer) }
        }
    }

    @Test func `data after the end of a deflated member is refused`() throws {
        let writer = ZipWriter([
            .init(name: "a.json", content: Self.text, method: 8, compressed: Self.deflated + [0])
        ])
        checkMalformed("a.json", "follows") { _ = try read(writer) }
    }

    @Test func `two members of one name are refused`() throws {
        let writer = ZipWriter([("a.json", "{}"), ("a.json", "[]")])
        checkMalformed("a.json", "twice") { _ = try read(writer) }
    }

    @Test func `encrypted members and unknown compression are refused`() throws {
        let locked = ZipWriter([.init(name: "a.json", content: Self.text, flags: 1)])
        checkMalformed("a.json", "encrypted") { _ = try read(locked) }
        let strange = ZipWriter([.init(name: "a.json", content: Self.text, method: 14)])
        checkMalformed("a.json", "method 14") { _ = try read(strange) }
    }

    @Test func `a header that bears another name than the directory is refused`() throws {
        let writer = ZipWriter([.init(name: "a.json", content: Self.text, localName: "b.json")])
        checkMalformed("a.json", "another name") { _ = try read(writer) }
    }

    @Test func `members that overlap are refused`() throws {
        var writer = ZipWriter([("a.json", "{}"), ("b.json", "{}")])
        writer.statedOffset = 0
        checkMalformed("overlaps") { _ = try read(writer) }
    }

    @Test func `a member that would expand beyond the limits is not expanded`() throws {
        let bomb = ZipWriter([
            .init(
                name: "a.json", content: Self.text, method: 8, compressed: Self.deflated,
                statedSize: 3_000_000_000)
        ])
        checkMalformed("a.json", "expand") {
            try withFile(bomb.bytes) { file in
                let archive = try ZipArchive(file)
                for member in archive.members { try archive.forEachPiece(of: member) { _ in } }
            }
        }
        var limits = ZipArchive.Limits()
        limits.bytesInMemory = 10
        let plain = ZipWriter([.init(name: "a.json", content: Self.text)])
        checkMalformed("a.json", "too many") {
            try withFile(plain.bytes) { file in
                let archive = try ZipArchive(file, limits: limits)
                _ = try archive.member("a.json").map(archive.bytes(of:))
            }
        }
        limits.members = 0
        checkMalformed("too large") {
            try withFile(plain.bytes) { _ = try ZipArchive($0, limits: limits) }
        }
    }

    @Test func `what is no archive is called so`() throws {
        checkMalformed("no ZIP archive") { try withFile(Self.text) { _ = try ZipArchive($0) } }
    }
}
