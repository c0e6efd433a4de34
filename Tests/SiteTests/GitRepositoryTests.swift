// SPDX-License-Identifier: Apache-2.0
import EvaluationLogs
import Foundation
import PauseAgreement
import Site
import Testing
import TransparencyLog

/// A real repository, made by git for the test.
@Suite struct GitRepositoryTests {
    private struct Repository {
        let path: String

        @discardableResult func git(_ arguments: String..., at day: String = "2026-01-02") throws
            -> String
        {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["git", "-C", path] + arguments
            process.environment = [
                "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin",
                "GIT_CONFIG_NOSYSTEM": "1", "HOME": path, "GIT_AUTHOR_NAME": "Ada",
                "GIT_AUTHOR_EMAIL": "ada@example.org", "GIT_COMMITTER_NAME": "Ada",
                "GIT_COMMITTER_EMAIL": "ada@example.org",
                "GIT_AUTHOR_DATE": "\(day)T12:00:00Z", "GIT_COMMITTER_DATE": "\(day)T12:00:00Z",
            ]
            let output = Pipe()
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            try process.run()
            let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            try #require(process.terminationStatus == 0, "git \(arguments)")
            return String(decoding: bytes, as: UTF8.self)
                .trimmingCharacters(in: .whitespacesAndNewlines)
        }

        func write(_ lines: Int, to name: String, _ word: String = "line") throws {
            let url = URL(fileURLWithPath: path).appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            let text = (0..<lines).map { "\(word) \($0)\n" }.joined()
            try Data(text.utf8).write(to: url)
        }

        func commit(_ message: String, at day: String) throws {
            try git("add", "-A", at: day)
            try git("commit", "-q", "-m", message, at: day)
        }
    }

    /// Two commits on main, a branch of two merged into it, and one commit before the period.
    private func withRepository(_ body: (Repository) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let own = Repository(path: folder.path)
        try own.git("init", "-q", "-b", "main")
        try own.write(1_000, to: "old.txt")
        try own.commit("before the period", at: "2025-12-01")
        try own.write(50, to: "core.txt")
        try own.commit("core\n\nAssisted-by: GPT-5", at: "2026-01-02")
        try own.git("switch", "-q", "-c", "branch")
        try own.write(60, to: "app ä.txt")
        try own.write(500, to: "gen/api.go")
        try own.write(1, to: "unused")
        try Data("*.go linguist-generated\n".utf8)
            .write(to: folder.appendingPathComponent("gen/.gitattributes"))
        try own.commit(
            "app\n\nCo-authored-by: Claude <noreply@anthropic.com>", at: "2026-01-03")
        try own.git("rm", "-q", "unused")
        try own.write(39, to: "more.txt")
        try own.write(77, to: "pins.lock")
        try own.commit("more", at: "2026-01-04")
        try own.git("switch", "-q", "main")
        try own.write(51, to: "core.txt")
        try own.commit("core again", at: "2026-01-05")
        try own.git("merge", "-q", "--no-ff", "-m", "merge", "branch", at: "2026-01-06")
        try body(own)
    }

    private func figure(_ own: Repository, _ arguments: [String: String]) throws -> EvaluationFigure
    {
        let repository = GitRepository(path: own.path)
        let commit = try repository.resolve(nil)
        let listing = try repository.listing(
            commit: commit, since: try #require(Time("2026-01-01")), excluded: ["*.lock"])
        var all = [
            "commit": commit, "since": "2026-01-01", "until": "2026-02-01", "exclude": "*.lock",
        ]
        all.merge(arguments) { $1 }
        return try GitHistory(parsing: listing, file: "listing").figure(Recipe(.git, all))
    }

    @Test func `a real history gives the shares that its commits say`() throws {
        try withRepository { own in
            // 50 and 1 on main; the merge adds 60 + 39 and a line of attributes.
            let claude = try figure(own, ["trailers": "Co-authored-by: Claude"])
            #expect(claude.n == 3)
            #expect(claude.details["period"]?["lines"]?.integer == 151)
            // What the branch's commits added: 62 of 101 lines, one of which went again.
            #expect(abs((claude.value ?? 0) - 100.0 * (62.0 / 101) / 151) < 1e-12)
            let assisted = try figure(own, ["trailers": "Assisted-by"])
            #expect(abs((assisted.value ?? 0) - 50.0 / 151) < 1e-12)
        }
    }

    @Test func `nobody's configuration, replacements or mailmap change the listing`() throws {
        try withRepository { own in
            let repository = GitRepository(path: own.path)
            let commit = try repository.resolve("main")
            let since = try #require(Time("2026-01-01"))
            func listing() throws -> [UInt8] {
                try repository.listing(commit: commit, since: since, excluded: [])
            }
            let before = try listing()
            for (key, value) in [
                ("log.showRoot", "false"), ("diff.renames", "copies"), ("diff.noprefix", "true"),
                ("diff.algorithm", "patience"), ("log.mailmap", "true"), ("color.ui", "always"),
                ("core.quotePath", "true"), ("diff.external", "false"), ("log.date", "relative"),
                ("trailer.separators", "#"), ("log.showSignature", "true"),
            ] { try own.git("config", key, value) }
            try Data("Eve <eve@x> <ada@example.org>\n".utf8)
                .write(to: URL(fileURLWithPath: own.path).appendingPathComponent(".mailmap"))
            let parent = try own.git("rev-parse", "main~1")
            try own.git("replace", parent, try own.git("rev-parse", "main~2"))
            #expect(try listing() == before)
            #expect(String(decoding: before, as: UTF8.self).contains("lines 60 0 app ä.txt"))
        }
    }

    @Test func `a shallow clone, no repository and an unknown commit are refused`() throws {
        try withRepository { own in
            let clone = own.path + "-shallow"
            defer { try? FileManager.default.removeItem(atPath: clone) }
            try own.git("clone", "-q", "--depth", "1", "file://\(own.path)", clone)
            let shallow = GitRepository(path: clone)
            #expect(throws: MalformedEvidence.self) {
                try shallow.listing(
                    commit: shallow.resolve(nil), since: Time(milliseconds: 0), excluded: [])
            }
            for name in ["nothing", "--all", "main:core.txt"] {
                #expect(throws: UnreadableFile.self) {
                    try GitRepository(path: own.path).resolve(name)
                }
            }
            #expect(throws: UnreadableFile.self) { try GitRepository(path: "/").resolve(nil) }
        }
    }
}
