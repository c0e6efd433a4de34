// SPDX-License-Identifier: Apache-2.0
import Disclosure
import Foundation
import Testing
import TransparencyLog

/// Where others' vectors lie.
enum Reference {
    /// The package's root, found from this file so that tests run from any directory.
    static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Disclosures of RFC 9901, collected from its examples.
    static let selective = data("sdjwt/sdjwt_rfc9901_vectors.json")
    /// The vectors of RFC 9180, those for X25519 among them.
    static let hybrid = data("hpke/hpke_rfc9180_subset.json")

    /// Whether to run a test that reads such a file: with CI set, a missing one is a failure.
    static func isWanted(_ file: URL) -> Bool {
        FileManager.default.fileExists(atPath: file.path)
            || ProcessInfo.processInfo.environment["CI"] != nil
    }

    static func json(_ file: URL) throws -> JSON {
        try JSON.parse([UInt8](Data(contentsOf: file)))
    }

    private static func data(_ path: String) -> URL {
        root.appending(path: "../shared/data/\(path)").standardizedFileURL
    }
}

extension JSON {
    /// The bytes of the hexadecimal member of that name.
    func bytes(_ key: String) throws -> [UInt8] {
        try #require(self[key]?.string.flatMap(Hex.decode))
    }
}

extension String {
    var bytes: [UInt8] { Array(utf8) }
}

/// A key that everyone may know.
func testKey(_ number: UInt8) -> SealingPrivateKey {
    try! SealingPrivateKey(seed: [UInt8](repeating: number, count: 32))
}

/// Everything that printing, interpolating and dumping a value shows.
func shown(_ value: some Any) -> String {
    var dumped = ""
    dump(value, to: &dumped)
    dump([value], to: &dumped)
    return dumped + String(describing: value) + String(reflecting: value) + "\(value) \([value])"
}
