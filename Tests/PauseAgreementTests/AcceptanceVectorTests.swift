// SPDX-License-Identifier: Apache-2.0

import Foundation
import PauseAgreement
import Testing
import TransparencyLog

/// Vectors/acceptance, made without our code.
@Suite struct AcceptanceVectorTests {
    private static let folder = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Vectors/acceptance")

    private static func lines(_ name: String) throws -> [[String]] {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            .split(separator: "\n").map { line in
                line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            }
    }

    private static func bytes(_ folder: String, _ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: Self.folder.appending(path: "\(folder)/\(name)")))
    }

    @Test func `good payloads are read, and written again as they were`() throws {
        let lines = try Self.lines("good.tsv")
        #expect(lines.count == 6)
        for line in lines {
            let payload = try Self.bytes("good", line[0])
            let statement = try Statement(parsing: payload)
            let acceptance = Acceptance(
                party: line[1], payload: try #require(Digest(hex: line[2])),
                accepted: Time(milliseconds: try #require(Int64(line[3]))))
            #expect(statement.predicate == .acceptance(acceptance), "\(line[0])")
            #expect(statement.payload == payload, "\(line[0])")
        }
    }

    @Test func `bad payloads are refused at their place`() throws {
        let lines = try Self.lines("bad.tsv")
        #expect(lines.count == 18)
        for line in lines {
            do {
                _ = try Statement(parsing: try Self.bytes("bad", line[0]))
                Issue.record("\(line[0]) was read")
            } catch let error as MalformedStatement {
                #expect((error.pointer.isEmpty ? "/" : error.pointer) == line[1], "\(line[0])")
            }
        }
    }
}
