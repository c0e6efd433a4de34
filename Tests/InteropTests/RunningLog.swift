// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A node and its monitors as real processes, with the example agreement and its published keys.
final class RunningLog {
    let folder: URL
    let url: String
    private(set) var monitorURLs: [String] = []
    /// The agreement's id, computed from the file by the command line and not asked of the node.
    let agreementID: String
    private var processes: [ChildProcess] = []

    private static let example = PythonEnvironment.root.appending(path: "Examples/frontier-pause")
    private static let monitors = ["monitor-1", "monitor-2", "monitor-3", "monitor-4"]

    /// The programs of the same build as this test.
    private static let programs = URL(filePath: CommandLine.arguments[0])
        .deletingLastPathComponent()

    private init(folder: URL, url: String, agreementID: String, processes: [ChildProcess]) {
        self.folder = folder
        self.url = url
        self.agreementID = agreementID
        self.processes = processes
    }

    deinit {
        // Monitors first, so that none of them complains about a silent node.
        while processes.popLast() != nil {}
        try? FileManager.default.removeItem(at: folder)
    }

    /// - Parameter parties: more of them, as lines of the agreement.
    /// - Parameter options: more of them for the node.
    static func start(parties: String = "", options: [String] = []) async throws -> RunningLog {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "interop-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try prepare(folder, parties)
        let agreement = folder.appending(path: "agreement.yaml").path
        let id = try standstill(["agreement", "id", agreement], in: folder)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let addresses = try monitors.map { _ in "127.0.0.1:\(try freePort())" }
        let named = zip(monitors, addresses).flatMap { ["--monitor", "\($0)=http://\($1)"] }
        let node = try ChildProcess(
            programs.appending(path: "standstill-node"),
            [
                "log", "--agreement", agreement, "--store", "sqlite:\(folder.path)/log.sqlite",
                "--key", key("node", in: folder), "--listen", "127.0.0.1:0",
            ] + named + options, in: folder)
        let url = try await address(of: node)
        let log = RunningLog(folder: folder, url: url, agreementID: id, processes: [node])
        for (name, own) in zip(monitors, addresses) {
            let peers = addresses.filter { $0 != own }.flatMap { ["--peer", "http://\($0)"] }
            let monitor = try ChildProcess(
                programs.appending(path: "standstill-node"),
                [
                    "monitor", "--node", url, "--agreement", agreement, "--key",
                    key(name, in: folder),
                    "--store", "sqlite:\(folder.path)/\(name).sqlite", "--listen", own,
                ] + peers, in: folder)
            log.processes.append(monitor)
            log.monitorURLs.append(try await address(of: monitor))
        }
        return log
    }

    /// Starts our witness for this log; gives its address and verifier key.
    func startWitness(named name: String) async throws -> (url: String, vkey: String) {
        let policy = try RunningLog.standstill(["agreement", "policy", agreementFile], in: folder)
        let words = policy.split(separator: "\n").map { $0.split(separator: " ") }
        let logKey = words.first { $0.first == "log" }?[1]
        let own = words.first { $0.first == "witness" && $0.contains { $0.hasPrefix(name) } }
        guard let logKey, let own, let vkey = own.first(where: { $0.contains("+") }) else {
            throw ChildProcess.Ended(description: "no log or no \(name) in the policy: \(policy)")
        }
        let witness = try ChildProcess(
            RunningLog.programs.appending(path: "standstill-node"),
            [
                "witness", "--key", RunningLog.key(name, in: folder),
                "--name", String(vkey.split(separator: "+")[0]), "--log", String(logKey),
                "--store", "sqlite:\(folder.path)/witness.sqlite", "--listen", "127.0.0.1:0",
            ], in: folder)
        processes.append(witness)
        return (try await RunningLog.address(of: witness), String(vkey))
    }

    /// The policy of the agreement, in a file.
    func policyFile() throws -> String {
        let policy = try RunningLog.standstill(["agreement", "policy", agreementFile], in: folder)
        let file = folder.appending(path: "pause.policy")
        try Data(policy.utf8).write(to: file)
        return file.path
    }

    /// The verifier key on a line of the policy.
    func vkey(_ keyword: String) throws -> String {
        let policy = try String(contentsOfFile: policyFile(), encoding: .utf8)
        let words = policy.split(separator: "\n").map { $0.split(separator: " ") }
        guard
            let key = words.first(where: { $0.first == keyword[...] })?
                .first(where: { $0.contains("+") })
        else { throw ChildProcess.Ended(description: "no \(keyword) in the policy: \(policy)") }
        return String(key)
    }

    /// Waits until the checkpoint has a line of that name.
    func awaitCosignature(of name: String) async throws {
        for _ in 0..<600 {
            if let checkpoint = try? await get("/checkpoint"), checkpoint.contains("\n— \(name) ") {
                return
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw ChildProcess.Ended(
            description: "no cosignature of \(name): " + processes.map(\.complained).joined())
    }

    /// Ends with this log.
    func keep(_ process: ChildProcess) { processes.append(process) }

    /// Signs with the command line and submits; the statement's members are JSON text.
    func submit(_ kind: String, by party: String, _ members: String) throws {
        let predicate = folder.appending(path: "predicate.json")
        try Data(members.utf8).write(to: predicate)
        let envelope = try RunningLog.standstill(
            [
                "sign", kind, predicate.path, "--agreement", agreementFile,
                "--key", RunningLog.key(party, in: folder),
            ], in: folder)
        let file = folder.appending(path: "envelope.json")
        try Data(envelope.utf8).write(to: file)
        _ = try RunningLog.standstill(["submit", file.path, "--node", url], in: folder)
    }

    /// Signs a statement with something sealed in it, submits it, and so sends its mail; returns
    /// what was said about that.
    func submitSealed(_ kind: String, by party: String, _ members: String) throws -> String {
        let predicate = folder.appending(path: "sealed-predicate.json")
        try Data(members.utf8).write(to: predicate)
        let file = folder.appending(path: "sealed-\(kind).json").path
        let key = RunningLog.key(party, in: folder)
        _ = try RunningLog.standstill(
            [
                "sign", kind, predicate.path, "--agreement", agreementFile, "--key", key,
                "--out", file,
            ], in: folder)
        return try RunningLog.standstill(
            ["submit", file, "--node", url, "--agreement", agreementFile, "--key", key],
            in: folder)
    }

    /// The file of a party's key: of the one it signs with, or opens with.
    func key(_ party: String, sealing: Bool = false) -> String {
        RunningLog.key(sealing ? "\(party).sealing" : party, in: folder)
    }

    /// Every party of the example accedes, and one developer and one evaluator say something.
    /// Returns how many acceded.
    @discardableResult
    func submitExample() throws -> Int {
        let accessions = RunningLog.example.appending(path: "accessions")
        let files = try FileManager.default.contentsOfDirectory(atPath: accessions.path)
            .filter { $0.hasSuffix(".json") }.sorted()
        for file in files {
            let members = try String(contentsOf: accessions.appending(path: file), encoding: .utf8)
            try submit("accession", by: String(file.dropLast(5)), members)
        }
        let digest = String(repeating: "7", count: 64)
        try submit(
            "model", by: "developer-b",
            #"{"model": "fiction-1", "sha256": "\#(digest)", "released": false}"#)
        try submit(
            "measurement", by: "evaluator-1",
            """
            {"indicator": "horizon-50", "subject": "model:fiction-1", "value": "240", "unit": "min",
             "interval": {"low": "150", "high": "410", "confidence": "0.95", "method": "bootstrap"},
             "suite": "METR-Horizon-v1.1", "method": "made up, with “quotes” and ünïcode ✓",
             "assurance": "third-party", "made": "2026-11-21T20:00:00Z", "fictional": true}
            """)
        return files.count
    }

    /// Waits until three of the four monitors signed an order over the log as it stands now.
    func awaitOrder() async throws {
        for _ in 0..<900 {
            if let order = try? await get("/api/v1/order"),
                let checkpoint = try? await get("/checkpoint"),
                let size = checkpoint.split(separator: "\n").dropFirst().first,
                order.contains("\"size\":\(size),"), checkpoint.split(separator: "\n— ").count > 3
            {
                return
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw ChildProcess.Ended(
            description: "no order over the whole log: " + processes.map(\.complained).joined())
    }

    private var agreementFile: String { folder.appending(path: "agreement.yaml").path }

    private func get(_ path: String) async throws -> String {
        let curl = URL(filePath: "/usr/bin/curl")
        return try ChildProcess(curl, ["-fsS", "--max-time", "5", url + path], in: folder).succeed()
    }

    static func standstill(_ arguments: [String], in folder: URL) throws -> String {
        try ChildProcess(programs.appending(path: "standstill"), arguments, in: folder).succeed()
    }

    /// The example with a faster tick, its prose, and its keys for their owner's eyes only.
    private static func prepare(_ folder: URL, _ parties: String) throws {
        let text = try String(
            contentsOf: example.appending(path: "agreement.yaml"), encoding: .utf8)
        let faster = text.replacing(/\n  tick: [^\n]+/, with: "\n  tick: 1 s")
            .replacing("\nparties:\n", with: "\nparties:\n\(parties)")
        try Data(faster.utf8).write(to: folder.appending(path: "agreement.yaml"))
        for name in ["agreement.md", "keys"] {
            try FileManager.default.copyItem(
                at: example.appending(path: name), to: folder.appending(path: name))
        }
        let keys = folder.appending(path: "keys")
        for name in try FileManager.default.contentsOfDirectory(atPath: keys.path) {
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600], ofItemAtPath: keys.appending(path: name).path)
        }
    }

    private static func key(_ name: String, in folder: URL) -> String {
        folder.appending(path: "keys/\(name).pem").path
    }

    private static func address(of process: ChildProcess) async throws -> String {
        let line = try await process.line { $0.hasPrefix("listening on ") }
        return String(line.dropFirst("listening on ".count))
    }
}
