// SPDX-License-Identifier: Apache-2.0

import Foundation
import Storage

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

    /// `postgres://…`, without a schema.
    let url: String
    /// The server's process.
    let pid: Int32
    private let input = Pipe()

    /// A schema of its own on the shared server.
    static func newAddress() throws -> PostgresAddress {
        let name = UUID().uuidString.lowercased().filter { $0 != "-" }
        return try PostgresAddress(try shared.get().url + "&schema=s" + name)
    }

    init(settings: [String] = []) throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "pg-\(UUID().uuidString.prefix(8))")
        let process = Process()
        let output = Pipe()
        process.executableURL = PrivatePostgres.script
        process.arguments = [folder.path] + settings
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        var words = ""
        while !words.contains("listening on ") || !words.hasSuffix("\n") {
            let bytes = output.fileHandleForReading.availableData
            guard !bytes.isEmpty else { throw NeverStarted(words: words) }
            words += String(decoding: bytes, as: UTF8.self)
        }
        let lines = words.split(separator: "\n")
        guard let url = lines.last?.dropFirst("listening on ".count),
            let pid = lines.first.flatMap({ Int32($0.dropFirst("pid ".count)) })
        else { throw NeverStarted(words: words) }
        self.url = String(url)
        self.pid = pid
    }

    /// Ends the server, and removes what it held.
    func stop() { try? input.fileHandleForWriting.close() }
}
