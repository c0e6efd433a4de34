// SPDX-License-Identifier: Apache-2.0
import EvaluationLogs
import Site
import Testing
import TransparencyLog

@Suite struct EvidenceFileTests {
    @Test(arguments: [0, 1, 1 << 20, (1 << 20) + 1, 3_000_000])
    func `the digest of a file is that of its bytes, whatever its size`(size: Int) throws {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        #expect(try withFile(bytes) { try $0.digest() } == Digest.sha256(bytes))
    }

    @Test func `any part of a file can be read, and nothing beyond its end`() throws {
        try withFile(Array("standstill".utf8)) { file in
            #expect(file.size == 10)
            let (part, nothing) = (try file.read(at: 5, count: 5), try file.read(at: 10, count: 0))
            #expect(part == Array("still".utf8))
            #expect(nothing == [])
            for (offset, count) in [(5, 6), (11, 0), (-1, 2), (0, -1), (Int.max, 1), (1, Int.max)] {
                #expect(throws: UnreadableFile.self) { try file.read(at: offset, count: count) }
            }
            #expect(throws: MalformedEvidence.self) { try file.readAll(limit: 9) }
        }
    }

    @Test func `a missing file and a folder are faults that name the path`() {
        for path in ["/nonexistent/log.eval", "/"] {
            do {
                _ = try EvidenceFile(path: path)
                Issue.record("\(path) was opened")
            } catch {
                #expect(error.description.contains(path))
            }
        }
    }
}
