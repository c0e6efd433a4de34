// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// A virtual environment below `.build-interop` with packages from PyPI, made once.
struct PythonEnvironment {
    let python: URL

    static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The standards' authors' own libraries; any Python from 3.10 will do.
    static func ofAuthors() throws -> PythonEnvironment {
        try make(
            "authors", least: 10,
            packages: ["securesystemslib", "in-toto-attestation", "cryptography"])
    }

    /// Somebody else's transparency-log programs, which need Python 3.12: Debian 12 has 3.11.
    static func ofAnotherLog() throws -> PythonEnvironment {
        try make("another-log", least: 12, packages: ["aics-tlog", "aics-witness", "cryptography"])
    }

    /// Schemathesis, which tries a server by its own description; any Python from 3.10 will do.
    static func ofDescriptions() throws -> PythonEnvironment {
        try make("descriptions", least: 10, packages: ["schemathesis"])
    }

    /// What statisticians use, and the checker of JSON schemas.
    static func ofStatistics() throws -> PythonEnvironment {
        try make(
            "statistics", least: 10,
            packages: ["numpy", "scipy", "statsmodels", "scikit-learn", "jsonschema"])
    }

    /// Versions of Inspect whose logs are read: the newest, and one that compressed otherwise.
    enum InspectRelease: String, CaseIterable {
        case newest
        case old = "0.3.100"
    }

    static func of(_ release: InspectRelease) throws -> PythonEnvironment {
        switch release {
        case .newest: try make("inspect", least: 10, packages: ["inspect-ai"])
        case .old: try make("inspect-0.3.100", least: 10, packages: ["inspect-ai==0.3.100"])
        }
    }

    /// Python as it comes, without any package.
    static func plain() throws -> PythonEnvironment {
        guard let system = systemPython(least: 10) else {
            try Test.cancel("no Python 3.10 or newer on this machine")
        }
        return PythonEnvironment(python: system)
    }

    /// Cancels the test, saying why, where there is no such Python or no package index. A missing
    /// index is a failure where `CI` is set.
    private static func make(
        _ name: String, least minor: Int, packages: [String]
    ) throws -> PythonEnvironment {
        let folder = root.appending(path: ".build-interop/\(name)")
        let python = folder.appending(path: "bin/python")
        let marker = folder.appending(path: "installed")
        if FileManager.default.fileExists(atPath: marker.path) {
            return PythonEnvironment(python: python)
        }
        guard let system = systemPython(least: minor) else {
            try Test.cancel("no Python 3.\(minor) or newer on this machine")
        }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        do {
            try ChildProcess(system, ["-m", "venv", folder.path], in: folder).succeed()
            let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            try ChildProcess(python, pip + packages, in: folder).succeed()
        } catch {
            if ProcessInfo.processInfo.environment["CI"] != nil { throw error }
            try Test.cancel("\(packages.joined(separator: ", ")) could not be installed: \(error)")
        }
        try Data().write(to: marker)
        return PythonEnvironment(python: python)
    }

    /// The newest Python 3 that is at least `minor`, from the search path or below `~/.pyenv`.
    private static func systemPython(least minor: Int) -> URL? {
        let environment = ProcessInfo.processInfo.environment
        let path = (environment["PATH"] ?? "").split(separator: ":").map { String($0) }
        let versions = URL(filePath: environment["HOME"] ?? "/").appending(path: ".pyenv/versions")
        let own = (try? FileManager.default.contentsOfDirectory(atPath: versions.path)) ?? []
        let folders = path + own.sorted().map { versions.appending(path: "\($0)/bin").path }
        for candidate in (minor...20).reversed() {
            for folder in folders {
                let program = URL(filePath: folder).appending(path: "python3.\(candidate)")
                // A shim of a version manager is executable and does not run: ask it.
                if FileManager.default.isExecutableFile(atPath: program.path), runs(program) {
                    return program
                }
            }
        }
        return nil
    }

    private static func runs(_ program: URL) -> Bool {
        let process = Process()
        process.executableURL = program
        process.arguments = ["-c", "import venv, ensurepip"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    /// A program that one of the packages has installed.
    func program(_ name: String) -> URL {
        python.deletingLastPathComponent().appending(path: name)
    }

    /// Runs a script of `scripts/interop`; throws with what it printed unless it exits with 0.
    func run(_ script: String, _ arguments: [String], in folder: URL) throws -> String {
        let file = PythonEnvironment.root.appending(path: "scripts/interop/\(script)")
        return try ChildProcess(python, [file.path] + arguments, in: folder).succeed()
    }
}
