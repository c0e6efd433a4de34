// SPDX-License-Identifier: Apache-2.0

import Foundation

/// One file of the project, as text and as tokens.
struct SourceFile {
    /// From the package's root: `Sources/Core/Brake/Brake.swift`.
    let path: String
    let text: String
    let tokens: [Token]

    init(path: String, text: String) {
        self.path = path
        self.text = text
        tokens = path.hasSuffix(".swift") ? Lexer.tokens(of: text) : []
    }

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    /// `Brake.swift`
    var name: String { String(path.split(separator: "/").last ?? "") }

    /// `Core` or `Shell` or `Programs`; nil outside of Sources.
    var layer: String? { component(1, under: "Sources") }

    /// `Brake` for its sources, `BrakeTests` for its tests; nil elsewhere.
    var target: String? { component(2, under: "Sources") ?? component(1, under: "Tests") }

    private func component(_ index: Int, under top: String) -> String? {
        let parts = path.split(separator: "/")
        guard parts.first.map(String.init) == top, parts.count > index + 1 else { return nil }
        return String(parts[index])
    }
}

/// The package's files as they lie on disk.
enum Project {
    static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let sources = swiftFiles(under: "Sources")
    static let tests = swiftFiles(under: "Tests")
    static let manifest = Manifest(parsing: text(of: "Package.swift"))

    static func swiftFiles(under folder: String) -> [SourceFile] {
        paths(under: folder).filter { $0.hasSuffix(".swift") }
            .map { SourceFile(path: $0, text: text(of: $0)) }
    }

    /// Files below a folder, sorted, without those that version control ignores by their name.
    static func paths(under folder: String) -> [String] {
        let start = root.appending(path: folder)
        let found =
            FileManager.default.enumerator(atPath: start.path)?.allObjects as? [String] ?? []
        return found.map { "\(folder)/\($0)" }
            .filter { isFile($0) && !$0.contains("__pycache__") && !$0.contains("/.") }
            .sorted()
    }

    static func text(of path: String) -> String {
        (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? ""
    }

    static func isFile(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(
            atPath: root.appending(path: path).path, isDirectory: &isFolder) && !isFolder.boolValue
    }

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path)
    }
}
