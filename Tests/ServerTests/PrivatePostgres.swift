// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A PostgreSQL server for this run of the tests alone, on a socket in a temporary folder. It ends
/// with the process, however that ends: it waits for the end of a pipe that only we hold.
final class PrivatePostgres: Sendable {
    private static let script = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../scripts/private-postgres.sh").standardized

    /// Without a server's programs there is nothing to try; where everything must be there, that is
    /// a failure.
    static let canRun =
        ProcessInfo.processInfo.environment["CI"] != nil
        || (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) != nil

    struct NeverStarted: Error {
        let words: String
    }

    private static let shared = Result { try PrivatePostgres() }

    private let url: String
    private let input = Pipe()

    /// An address as `--store` takes it, with a schema of its own on the shared server.
    static func newStore() throws -> String {
        let name = UUID().uuidString.lowercased().filter { $0 != "-" }
        return try shared.get().url + "&schema=s" + name
    }

    private init() throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "pg-\(UUID().uuidString.prefix(8))")
        let process = Process()
        let output = Pipe()
        process.executableURL = PrivatePostgres.script
        process.arguments = [folder.path]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        var words = ""
        while !words.contains("listening on ") || !words.hasSuffix("\n") {
            let bytes = output.fileHandleForReading.availableData
            guard !bytes.isEmpty else { throw NeverStarted(words: words) }
            words += String(decoding: bytes, as: UTF8.self)
        }
        guard let url = words.split(separator: "\n").last?.dropFirst("listening on ".count) else {
            throw NeverStarted(words: words)
        }
        self.url = String(url)
    }
}
