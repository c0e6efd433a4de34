// SPDX-License-Identifier: Apache-2.0

import Client
import Foundation
import PauseAgreement
import Roles
import Server
import Storage
import Testing
import TransparencyLog

/// Our witness over HTTP: the requests of `Vectors/log/witness`, many at once, and after a restart.
struct WitnessNodeTests {
    private static let folder = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Vectors/log/witness")
    private static let name = "one.example/w"
    private static let origin = "log.example/pause"
    private static let tree = MerkleTree(
        leafHashes: (0..<600).map { MerkleHash.leaf(Array("entry \($0)".utf8)) })

    private static func bytes(_ name: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: folder.appending(path: name)))
    }

    private static func keys(_ name: String) throws -> [NoteKey] {
        try String(decoding: bytes(name), as: UTF8.self).split(separator: "\n")
            .map { try NoteKey(vkey: String($0)) }
    }

    private static func withWitness<Value: Sendable>(
        _ store: StoreLocation = .memory,
        _ body: @escaping @Sendable (NodeClient) async throws -> Value
    ) async throws -> Value {
        let witness = try await WitnessNode(
            name: name, key: ServerScene.key(2), logs: try keys("log-keys.txt"), store: store,
            logger: ServerScene.logger)
        return try await ServerScene.running {
            try await witness.run(on: ListenAddress("127.0.0.1:0")!, onListening: $0)
        } while: {
            try await body($0)
        }
    }

    /// A request that the log would make.
    private static func request(from old: Int, to size: Int) throws -> [UInt8] {
        let sizes = (TreeSize(UInt64(old)), TreeSize(UInt64(size)))
        let checkpoint = Checkpoint(
            origin: origin, size: sizes.1, root: tree.root(at: sizes.1))
        let line = try NoteSignature.sign(
            text: checkpoint.text, as: origin, with: ServerScene.key(1))
        return AddCheckpoint(
            oldSize: sizes.0, proof: tree.proveConsistency(from: sizes.0, to: sizes.1),
            note: UnverifiedNote(text: checkpoint.text, signatures: [line])
        ).body
    }

    private static func post(_ body: [UInt8], to client: NodeClient) async throws -> Answer {
        try await client.post("/add-checkpoint", body, type: "text/plain")
    }

    @Test func `every request of the table gets its status over HTTP`() async throws {
        let table = String(decoding: try Self.bytes("requests.tsv"), as: UTF8.self)
        let key = try #require(try Self.keys("witness-key.txt").first)
        for row in table.split(separator: "\n").dropFirst() {
            let cells = row.split(separator: "\t").map { String($0) }
            try await Self.withWitness { client in
                if cells[1] != "-" {
                    let before = try await Self.post(Self.bytes(cells[1]), to: client)
                    #expect(before.status == 200, "before \(cells[0])")
                }
                let body = try Self.bytes(cells[0])
                let answer = try await Self.post(body, to: client)
                #expect("\(answer.status)" == cells[2], "\(cells[0])")
                switch answer.status {
                case 200:
                    let text = try #require(AddCheckpoint(parsing: body)).note.text
                    let lines = try NoteSignature.parse(lines: answer.body)
                    let note = UnverifiedNote(text: text, signatures: lines)
                    #expect(try note.verified(by: [key]).times[key] ?? 0 > 0)
                case 409:
                    #expect(answer.mediaType == "text/x.tlog.size")
                    #expect(answer.body == Array("\(cells[3])\n".utf8))
                default: #expect(answer.mediaType == "application/problem+json")
                }
            }
        }
    }

    @Test func `a body without end is refused`() async throws {
        try await Self.withWitness { client in
            let answer = try await Self.post(
                [UInt8](repeating: UInt8(ascii: "a"), count: 3 << 20), to: client)
            #expect(answer.status == 413)
        }
    }

    @Test func `the checkpoint is told once it was cosigned, under the hash of its origin`()
        async throws
    {
        let witness = try #require(try Self.keys("witness-key.txt").first)
        let log = try #require(try Self.keys("log-keys.txt").first)
        try await Self.withWitness { client in
            #expect(try await client.checkpoint(of: Self.origin) == nil)
            _ = try await Self.post(Self.request(from: 0, to: 5), to: client)
            let note = try #require(try await client.checkpoint(of: Self.origin))
            #expect(try note.verified(by: [log, witness]).signers == [log, witness])
            #expect(try Checkpoint(parsing: note.text).size == TreeSize(5))
            #expect(try await client.checkpoint(of: "rotated.example/log") == nil)
        }
    }

    /// Everybody asks from the size that was cosigned last: one of them may be right.
    @Test func `of many requests at once one is cosigned, and the others are told its size`()
        async throws
    {
        let place = FileManager.default.temporaryDirectory
            .appending(path: "witness-\(UUID().uuidString).sqlite").path
        defer {
            for ending in ["", "-wal", "-shm", ".lock", ".mark"] {
                try? FileManager.default.removeItem(atPath: place + ending)
            }
        }
        let store = try StoreLocation("sqlite:\(place)")
        let last = try await Self.withWitness(store) { client in
            var known = 0
            for round in 0..<8 {
                let sizes = (1...24).map { known + $0 }
                let from = known
                let answers = try await withThrowingTaskGroup(of: (Int, Answer).self) { group in
                    for size in sizes {
                        group.addTask {
                            (
                                size,
                                try await Self.post(Self.request(from: from, to: size), to: client)
                            )
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                let winners = answers.filter { $0.1.status == 200 }.map(\.0)
                #expect(winners.count == 1, "round \(round): \(winners)")
                known = try #require(winners.first)
                for (_, answer) in answers where answer.status != 200 {
                    #expect(answer.status == 409)
                    #expect(answer.body == Array("\(known)\n".utf8))
                }
                let told = try #require(try await client.checkpoint(of: Self.origin))
                #expect(try Checkpoint(parsing: told.text).size == TreeSize(UInt64(known)))
            }
            return known
        }
        // A second life knows what the first has answered.
        try await Self.withWitness(store) { client in
            let answer = try await Self.post(Self.request(from: 0, to: 600), to: client)
            #expect(answer.status == 409 && answer.body == Array("\(last)\n".utf8))
            let next = try await Self.post(Self.request(from: last, to: 600), to: client)
            #expect(next.status == 200)
        }
    }
}
