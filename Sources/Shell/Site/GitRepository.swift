// SPDX-License-Identifier: Apache-2.0
import EvaluationLogs
import Foundation
public import PauseAgreement

/// A git repository on this machine, asked in such a way that nobody's configuration, replacements,
/// grafts, attributes or locale can change the answer.
public struct GitRepository: Sendable {
    public let path: String

    public init(path: String) {
        self.path = path
    }

    /// Whether there is a folder at all, and no listing of a history.
    public var isFolder: Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            && isFolder.boolValue
    }

    /// The full name of a commit; of the end of the branch at hand for nil.
    public func resolve(_ name: String?) throws -> String {
        let name = name ?? "HEAD"
        guard !name.hasPrefix("-") else { throw fail("“\(name)” names no commit") }
        let text = try words(["rev-parse", "--verify", "--quiet", "\(name)^{commit}"])
        guard text.utf8.count >= 40 else { throw fail("“\(name)” names no commit") }
        return text
    }

    /// The listing of what the branch that ends at `commit` took in since then.
    ///
    /// - Throws: ``UnreadableFile`` where git fails, ``MalformedEvidence`` for a history that is
    ///   cut off.
    public func listing(commit: String, since: Time, excluded: [String]) throws -> [UInt8] {
        guard try words(["rev-parse", "--is-shallow-repository"]) == "false" else {
            throw MalformedEvidence(
                file: path, reason: "its history is cut off (a shallow clone): fetch all of it")
        }
        let range = try self.range(upTo: commit, since: since)
        let log = try run(
            [
                "log", range, "--topo-order", "--diff-merges=first-parent", "--numstat",
                "--no-renames", "--diff-algorithm=myers", "--no-ext-diff", "--no-textconv",
                "--ignore-submodules=all", "-O/dev/null", "--no-notes", "--no-show-signature",
                "--no-color", "--format=\(GitLogOutput.format)", "--",
            ])
        let paths = try GitLogOutput.paths(in: log, of: path)
        var attributes = try self.attributes(at: commit)
        attributes.add(excluded.map { "\($0) linguist-generated" }.joined(separator: "\n"), in: "")
        let generated = paths.filter { attributes.isGenerated($0) }
        return try GitLogOutput.listing(
            log, commit: commit, excluded: excluded, generated: generated, of: path)
    }

    /// From the last change of the first-parent chain before that time, or from the beginning.
    private func range(upTo commit: String, since: Time) throws -> String {
        let chain = try words(["log", commit, "--first-parent", "--format=%H %ct", "--"])
            .split(separator: "\n")
            .map { $0.split(separator: " ") }
        let seconds = since.milliseconds / 1000
        let inside = chain.lastIndex {
            $0.count == 2 && Int64($0[1]).map { $0 >= seconds } ?? false
        }
        guard let inside else {
            throw MalformedEvidence(
                file: path, reason: "the branch took nothing in since \(since)")
        }
        guard inside + 1 < chain.count else { return commit }
        return "\(chain[inside + 1][0])..\(commit)"
    }

    /// The commit's own .gitattributes, from all its folders.
    private func attributes(at commit: String) throws -> GitAttributes {
        let names = try run(["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit])
        var attributes = GitAttributes()
        for name in names.split(separator: 0) {
            let path = String(decoding: name, as: UTF8.self)
            guard path == ".gitattributes" || path.hasSuffix("/.gitattributes") else { continue }
            let text = try run(["cat-file", "blob", "\(commit):\(path)"])
            attributes.add(
                String(decoding: text, as: UTF8.self),
                in: String(path.dropLast(".gitattributes".count)))
        }
        return attributes
    }

    private func words(_ arguments: [String]) throws -> String {
        String(decoding: try run(arguments), as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// What git prints, with a fixed environment.
    private func run(_ arguments: [String]) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let settings = [
            "core.quotePath=false", "core.attributesFile=/dev/null", "core.fsmonitor=false",
            "log.showRoot=true", "log.follow=false", "i18n.logOutputEncoding=UTF-8",
            "diff.external=", "protocol.allow=never", "trailer.separators=:",
        ].flatMap { ["-c", $0] }
        process.arguments = ["git", "-C", path, "--no-pager"] + settings + arguments
        let inherited = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        process.environment = [
            "PATH": inherited, "HOME": "/nonexistent", "LC_ALL": "C", "TZ": "UTC",
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_ATTR_NOSYSTEM": "1",
            "GIT_NO_REPLACE_OBJECTS": "1", "GIT_GRAFT_FILE": "/dev/null", "GIT_NO_LAZY_FETCH": "1",
            "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0",
        ]
        let output = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        do {
            try process.run()
        } catch {
            throw fail("git cannot be started")
        }
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            throw fail(
                "git \(arguments.first ?? "") says that it is no repository with such a commit, "
                    + "or that it belongs to somebody else")
        }
        return Array(bytes)
    }

    private func fail(_ reason: String) -> UnreadableFile {
        UnreadableFile(path: path, reason: reason)
    }
}
