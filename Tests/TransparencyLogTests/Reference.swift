// SPDX-License-Identifier: Apache-2.0
import Foundation
import TransparencyLog

/// Where the vectors and others' reference data lie.
enum Reference {
    /// The package's root, found from this file so that tests run from any directory.
    static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let wycheproof = root.appending(
        path: "../shared/data/wycheproof/testvectors_v1/ed25519_test.json"
    ).standardizedFileURL

    /// Whether to run a test that reads such a file: with CI set, a missing one is a failure.
    static func isWanted(_ file: URL) -> Bool {
        FileManager.default.fileExists(atPath: file.path)
            || ProcessInfo.processInfo.environment["CI"] != nil
    }

    static func vector(_ path: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: root.appending(path: "Vectors/log/\(path)")))
    }

    /// The rows of a table of vectors, without its heading.
    static func table(_ path: String) throws -> [[String]] {
        let text = String(decoding: try vector(path), as: UTF8.self)
        return text.split(separator: "\n").dropFirst().map { row in
            row.split(separator: "\t", omittingEmptySubsequences: false).map { String($0) }
        }
    }

    static func vectors(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(
            atPath: root.appending(path: "Vectors/log/\(folder)").path
        ).sorted()
    }
}

/// Repeatable numbers, so that a failure can be repeated.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}

/// A key that everyone may know.
func testKey(_ number: UInt8) -> PrivateKey {
    try! PrivateKey(seed: [UInt8](repeating: number, count: 32))
}

extension String {
    var bytes: [UInt8] { Array(utf8) }
}
