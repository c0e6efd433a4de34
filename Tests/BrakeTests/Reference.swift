// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Vectors from outside the project. A test that needs them is skipped where they are absent, and
/// fails under continuous integration, where they must be there.
enum Reference {
    static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("shared/data/frameworks")

    static var isPresent: Bool {
        ProcessInfo.processInfo.environment["CI"] != nil
            || FileManager.default.fileExists(atPath: root.path)
    }

    static func file(_ name: String) throws -> Data {
        try Data(contentsOf: root.appendingPathComponent(name))
    }
}
