// SPDX-License-Identifier: Apache-2.0

import Testing

/// Who may import whom. SwiftPM finds transitive modules without a word, so a test looks instead.
@Suite struct ImportTests {
    @Test func `every file imports no more than its line in the manifest allows`() {
        check(Project.sources + Project.tests, against: declaredImports(Project.manifest))
    }

    @Test func `an import that the manifest does not name is a breach`() {
        let manifest = Manifest(
            parsing: """
                room("Brake", .core, imports: ["PauseAgreement"], [.yams])
                room("Storage", .shell, imports: [])
                static let yams = product(name: "Yams", package: "Yams")
                """)
        check(
            declaredImports(manifest),
            bites: """
                public import PauseAgreement
                import Yams
                @testable import Storage
                import struct Foundation.URL
                let text = "import GRDB"  // import GRDB
                """,
            at: "Sources/Core/Brake/A.swift", lines: [3, 4])
        check(
            declaredImports(manifest), bites: "import Foundation",
            at: "Sources/Shell/Storage/A.swift", lines: [])
    }

    @Test func `every import in the manifest is used by its room`() {
        for target in Project.manifest.targets where target.kind != .systemLibrary {
            let files = (Project.sources + Project.tests).filter { $0.target == target.name }
            let used = Set(files.flatMap(\.imports).map(\.module))
            let idle = files.isEmpty ? [] : target.imports.subtracting(used).sorted()
            #expect(idle.isEmpty, "\(target.name) imports nowhere what its line names: \(idle)")
        }
    }

    @Test func `every folder of sources and tests is a line of the manifest`() {
        let known = Set(Project.manifest.targets.map(\.name))
        let folders = Set((Project.sources + Project.tests).compactMap(\.target))
        #expect(folders.subtracting(known).sorted() == [])
    }

    @Test func `an import goes only to a lower line`() {
        #expect(breaches(ofLayersIn: Project.manifest) == [])
    }

    @Test func `an import upwards or sideways is a breach`() {
        let manifest = Manifest(
            parsing: """
                room("Brake", .core, imports: ["PauseAgreement"])
                room("Enforcement", .core, imports: ["Brake"])
                room("PauseAgreement", .core, imports: ["Roles"])
                room("Roles", .core, imports: ["Brake", "TransparencyLog"])
                room("Storage", .shell, imports: ["Server"])
                room("Cellar", .core, imports: [])
                """)
        #expect(
            breaches(ofLayersIn: manifest) == [
                "Enforcement may not import Brake", "PauseAgreement may not import Roles",
                "Storage may not import Server", "Cellar stands on no line of the house",
            ])
    }

    @Test func `a module with one owner is imported nowhere else`() {
        check(Project.sources, against: monopolies)
    }

    @Test func `a second owner is a breach`() {
        let bad =
            "import Crypto\nimport GRDB\nimport HummingbirdCore\nimport AsyncHTTPClient\nimport Yams"
        check(
            monopolies, bites: bad, at: "Sources/Core/TransparencyLog/A.swift", lines: [2, 3, 4, 5])
        check(monopolies, bites: bad, at: "Sources/Shell/Storage/A.swift", lines: [1, 3, 4, 5])
        check(
            monopolies, bites: "import FoundationNetworking", at: "Sources/Shell/Client/A.swift",
            lines: [1])
    }
}

/// What comes with the toolchain: a pure room gets little of it. Rooms not listed get none.
private let toolchain: [String: Set<String>] = {
    let mathematics: Set = ["Glibc", "Darwin", "Musl"]
    let everything = mathematics.union([
        "Foundation", "FoundationEssentials", "Synchronization", "Dispatch",
    ])
    var allowed: [String: Set<String>] = [
        "TransparencyLog": ["FoundationEssentials"], "Disclosure": ["FoundationEssentials"],
        "Measurement": mathematics, "EvaluationLogs": mathematics,
    ]
    for shell in ["Storage", "Client", "Server", "Site", "Gates", "standstill", "standstill-node"] {
        allowed[shell] = everything
    }
    return allowed
}()

private let toolchainOfTests: Set = [
    "Testing", "Foundation", "Glibc", "Darwin", "Synchronization", "Dispatch",
]

func declaredImports(_ manifest: Manifest) -> Rule {
    { file in
        guard let name = file.target, let target = manifest.target(name) else { return [] }
        let own = target.kind == .tests ? toolchainOfTests : toolchain[name] ?? []
        let allowed = target.imports.union(own)
        return file.imports.filter { !allowed.contains($0.module) }.map {
            Breach(
                file, $0.line,
                "\(name) may not import \($0.module): its manifest line does not name it")
        }
    }
}

/// The lines of the house, highest first; rooms on one line never import each other.
private let storeys: [[String]] = [
    ["standstill", "standstill-node"], ["Server", "Gates", "Site"], ["Storage", "Client"],
    ["Simulation", "Dashboard"], ["Roles"], ["Brake", "Enforcement", "EvaluationLogs"],
    ["PauseAgreement"],
    ["Disclosure"], ["TransparencyLog", "Measurement"], ["CPostgres", "CZlib", "CZstd"],
]

func breaches(ofLayersIn manifest: Manifest) -> [String] {
    func storey(_ name: String) -> Int? { storeys.firstIndex { $0.contains(name) } }
    var sentences: [String] = []
    for target in manifest.targets where target.kind == .room || target.kind == .program {
        guard let own = storey(target.name) else {
            sentences.append("\(target.name) stands on no line of the house")
            continue
        }
        for other in target.imports.sorted() {
            if let below = storey(other), below <= own {
                sentences.append("\(target.name) may not import \(other)")
            }
        }
    }
    return sentences
}

/// Modules that only one room may import (by the beginning of their names), and nobody's.
private let owners: [(module: String, owner: [String])] = [
    ("Crypto", ["TransparencyLog", "Disclosure"]), ("GRDB", ["Storage"]), ("SQLite", ["Storage"]),
    ("Hummingbird", ["Server"]), ("AsyncHTTPClient", ["Client"]), ("Yams", ["PauseAgreement"]),
    ("CPostgres", ["Storage"]), ("CZlib", ["Site"]), ("CZstd", ["Site"]),
    ("ServiceLifecycle", ["Server", "standstill-node"]),
    ("ArgumentParser", ["standstill", "standstill-node"]), ("FoundationNetworking", []),
    ("Simulation", []),
]

func monopolies(_ file: SourceFile) -> [Breach] {
    file.imports.compactMap { found in
        guard let rule = owners.first(where: { found.module.hasPrefix($0.module) }),
            !rule.owner.contains(file.target ?? "")
        else { return nil }
        let only = rule.owner.isEmpty ? "nobody" : "only " + rule.owner.joined(separator: " and ")
        return Breach(file, found.line, "\(only) imports \(found.module)")
    }
}
