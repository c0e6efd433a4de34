// SPDX-License-Identifier: Apache-2.0

import Foundation
import Storage
import Testing
import TransparencyLog

/// Exports and witnesses, checked by and against other people's transparency-log programs.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct StandardsTests {
    @Test func `exports of all sizes hold for another program, with all that was published before`()
        async throws
    {
        let environment = try PythonEnvironment.ofAnotherLog()
        let place = FileManager.default.temporaryDirectory
            .appending(path: "exports-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: place) }
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        let entries = (0..<70_000).map { Array("entry \($0)".utf8) }
        let tree = MerkleTree(leafHashes: entries.map { MerkleHash.leaf($0) })
        let key = try PrivateKey(seed: [UInt8](repeating: 1, count: 32))
        let log = try #require(
            NoteKey(name: "log.example", algorithm: .ed25519, key: key.publicKey))
        let folder = try TileFolder(at: place.appending(path: "public").path)
        var held: Checkpoint?
        var kept: [String] = []
        for size in [0, 1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 70_000] {
            let size = TreeSize(UInt64(size))
            let checkpoint = Checkpoint(origin: log.name, size: size, root: tree.root(at: size))
            let line = try NoteSignature.sign(text: checkpoint.text, as: log.name, with: key)
            let note = UnverifiedNote(text: checkpoint.text, signatures: [line])
            _ = try await LogExport(folder: folder, held: held).extend(to: checkpoint, note) {
                Array(entries[Int($0) * 256..<Int($0) * 256 + $1])
            }
            held = checkpoint
            kept.append(place.appending(path: "checkpoint-\(size)").path)
            try Data(note.bytes).write(to: URL(filePath: kept.last!))
        }
        let report = try environment.run(
            "check_export.py", [folder.path, log.vkey] + kept, in: place)
        #expect(
            report.contains(
                "sizes [0, 1, 2, 255, 256, 257, 511, 512, 65535, 65536, 65537, 70000]"),
            "\(report)")
    }

    @Test func `a running log is exported, and its export again by way of a plain web server`()
        async throws
    {
        let environment = try PythonEnvironment.ofAnotherLog()
        let log = try await RunningLog.start()
        let count = try log.submitExample() + 3
        try await log.awaitOrder()
        let policy = try log.policyFile()
        let first = log.folder.appending(path: "public").path
        let said = try RunningLog.standstill(
            ["export", "log", "--policy", policy, "--node", log.url, "--to", first], in: log.folder)
        #expect(said.contains("\(count) entries of "), "\(said)")
        let report = try environment.run(
            "check_export.py", [first, try log.vkey("log")], in: log.folder)
        #expect(report.contains("sizes [\(count)]"), "\(report)")

        let port = try freePort()
        log.keep(
            try ChildProcess(
                environment.python,
                ["-m", "http.server", "\(port)", "--bind", "127.0.0.1", "--directory", first],
                in: log.folder))
        let second = log.folder.appending(path: "mirror").path
        var mirrored = ""
        for attempt in 0..<100 where mirrored.isEmpty {
            do {
                mirrored = try RunningLog.standstill(
                    [
                        "export", "log", "--policy", policy, "--node", "http://127.0.0.1:\(port)",
                        "--to", second,
                    ], in: log.folder)
            } catch {
                if attempt == 99 { throw error }
                try await Task.sleep(for: .milliseconds(100))
            }
        }
        #expect(mirrored.contains("\(count) entries of "), "\(mirrored)")
        let checked = try RunningLog.standstill(
            ["export", "log", "--policy", policy, "--to", second, "--check"], in: log.folder)
        #expect(checked.contains("every tile is right"), "\(checked)")
    }

    @Test func `our log is cosigned by another witness`() async throws {
        let environment = try PythonEnvironment.ofAnotherLog()
        let place = FileManager.default.temporaryDirectory
            .appending(path: "witness-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: place) }
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        let program = environment.program("aics-witness")
        let config = place.appending(path: "witness.json").path
        let name = "library.frontier-pause.example"
        let port = try freePort()
        let vkey = try ChildProcess(
            program,
            [
                "init", "-c", config, "--name", name, "--listen", "127.0.0.1:\(port)", "--db",
                "witness.db", "--key-file", "witness.key",
            ], in: place
        ).succeed().trimmingCharacters(in: .whitespacesAndNewlines)
        let key = Base64.encode(try NoteKey(vkey: vkey).key.spki)
        let log = try await RunningLog.start(
            parties:
                "  library:\n    roles: [witness]\n    jurisdiction: Norland\n    key: \(key)\n",
            options: ["--witness", "library=http://127.0.0.1:\(port)"])
        let origin = try NoteKey(vkey: try log.vkey("log")).name
        try ChildProcess(
            program,
            ["add-log", "-c", config, "--origin", origin, "--vkey", try log.vkey("log")], in: place
        ).succeed()
        log.keep(try ChildProcess(program, ["serve", "-c", config], in: place))
        try await log.awaitCosignature(of: name)
        // Twice, so that the second time it has to be shown that the log only grew.
        let count = try log.submitExample() + 3
        try await log.awaitOrder()
        try await log.awaitCosignature(of: name)
        let report = try environment.run(
            "check_cosigned.py", [log.url, try log.vkey("log"), vkey], in: log.folder)
        #expect(
            report.contains("checkpoint of \(count) entries cosigned by the witness"), "\(report)")
    }
}
