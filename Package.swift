// swift-tools-version: 6.2
// The map of the house: one line a room, its name and all that it may import.
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

let package = Package(
    name: "standstill",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "standstill", targets: ["standstill"]),
        .executable(name: "standstill-node", targets: ["standstill-node"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: [
        // Core: decides.
        room("TransparencyLog", .core, imports: [], [.crypto]),
        room("Measurement", .core, imports: []),
        room("Disclosure", .core, imports: ["TransparencyLog"], [.crypto]),
        room("PauseAgreement", .core, imports: ["Disclosure", "TransparencyLog"], [.yams]),
        room(
            "EvaluationLogs", .core, imports: ["Measurement", "PauseAgreement", "TransparencyLog"]),
        room("Brake", .core, imports: ["PauseAgreement", "TransparencyLog"]),
        room("Enforcement", .core, imports: ["PauseAgreement", "TransparencyLog"]),
        room("Roles", .core, imports: ["Brake", "PauseAgreement", "TransparencyLog"]),
        room(
            "Dashboard", .core,
            imports: ["Brake", "Disclosure", "Measurement", "PauseAgreement", "TransparencyLog"]),
        room(
            "Simulation", .core,
            imports: ["Brake", "PauseAgreement", "Roles", "TransparencyLog"]),
        // Shell: does.
        room("Storage", .shell, imports: ["TransparencyLog", "CPostgres"], [.grdb]),
        room(
            "Client", .shell, imports: ["TransparencyLog"], [.asyncHTTPClient, .nioCore, .nioHTTP1]),
        room(
            "Site", .shell,
            imports: [
                "EvaluationLogs", "Measurement", "PauseAgreement", "TransparencyLog", "CZlib",
                "CZstd",
            ]),
        room(
            "Gates", .shell,
            imports: ["Enforcement", "PauseAgreement", "TransparencyLog", "Storage", "Client"]),
        room(
            "Server", .shell,
            imports: [
                "Roles", "Dashboard", "Brake", "PauseAgreement", "TransparencyLog", "Storage",
                "Client",
            ],
            [.hummingbird, .httpTypes, .nioCore, .logging, .serviceLifecycle]),
        .systemLibrary(
            name: "CPostgres", path: "Sources/Shell/CPostgres", pkgConfig: "libpq",
            providers: [.apt(["libpq-dev"])]),
        .systemLibrary(
            name: "CZlib", path: "Sources/Shell/CZlib", pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(
            name: "CZstd", path: "Sources/Shell/CZstd", pkgConfig: "libzstd",
            providers: [.apt(["libzstd-dev"])]),
        // Programs: read the world.
        program(
            "standstill",
            imports: [
                "Brake", "Client", "Dashboard", "Disclosure", "Enforcement", "EvaluationLogs",
                "Gates", "Measurement", "PauseAgreement", "Roles", "Site", "Storage",
                "TransparencyLog",
            ]),
        program(
            "standstill-node",
            imports: [
                "Server", "Storage", "Client", "Roles", "PauseAgreement", "TransparencyLog",
            ],
            [.logging]),

        // What is measured: see scripts/load.sh.
        benchmark(
            "throughput",
            imports: ["Brake", "PauseAgreement", "Roles", "Server", "Storage", "TransparencyLog"],
            [.logging]),
        benchmark(
            "replay",
            imports: ["Brake", "Disclosure", "PauseAgreement", "Roles", "TransparencyLog"]),
        benchmark("triggers", imports: ["Brake", "PauseAgreement", "TransparencyLog"]),

        // Tests: one folder a room.
        tests("Architecture", imports: []),
        tests("TransparencyLog", imports: ["TransparencyLog"]),
        tests("Disclosure", imports: ["Disclosure", "TransparencyLog"]),
        tests("Measurement", imports: ["Measurement"]),
        tests("PauseAgreement", imports: ["Disclosure", "PauseAgreement", "TransparencyLog"]),
        tests(
            "EvaluationLogs",
            imports: ["EvaluationLogs", "Measurement", "PauseAgreement", "TransparencyLog"]),
        tests("Brake", imports: ["Brake", "Disclosure", "PauseAgreement", "TransparencyLog"]),
        tests("Enforcement", imports: ["Enforcement", "PauseAgreement", "TransparencyLog"]),
        tests("Roles", imports: ["Brake", "PauseAgreement", "Roles", "TransparencyLog"]),
        tests(
            "Dashboard",
            imports: [
                "Brake", "Dashboard", "Disclosure", "Measurement", "PauseAgreement",
                "TransparencyLog",
            ]),
        tests("Simulation", imports: ["Simulation"]),
        tests(
            "Site",
            imports: ["EvaluationLogs", "Measurement", "PauseAgreement", "Site", "TransparencyLog"]),
        tests(
            "Gates",
            imports: [
                "Client", "Enforcement", "Gates", "PauseAgreement", "Storage", "TransparencyLog",
            ]),
        tests("Storage", imports: ["Storage", "TransparencyLog"], [.grdb]),
        tests(
            "Server",
            imports: [
                "Client", "Disclosure", "PauseAgreement", "Roles", "Server", "Storage",
                "TransparencyLog",
            ],
            [.logging]),
        tests(
            "Transcripts", imports: [],
            exclude: [
                "scene", "agreement.transcript", "draft.transcript", "export.transcript",
                "inquiry.transcript",
                "keys.transcript", "log.transcript", "monitors.transcript", "readme.transcript",
                "rotation.transcript",
                "sealed.transcript", "sign.transcript", "site.transcript",
                "usage.transcript", "watch.transcript",
            ]),
        tests("Interop", imports: ["Storage", "TransparencyLog"]),
    ]
)

enum Layer: String {
    case core = "Core"
    case shell = "Shell"
    case programs = "Programs"
}

func room(
    _ name: String, _ layer: Layer, imports rooms: [String], _ packages: [Target.Dependency] = []
) -> Target {
    .target(
        name: name, dependencies: rooms.map { .byName(name: $0) } + packages,
        path: "Sources/\(layer.rawValue)/\(name)", swiftSettings: strict())
}

func program(
    _ name: String, imports rooms: [String], _ packages: [Target.Dependency] = []
) -> Target {
    .executableTarget(
        name: name, dependencies: rooms.map { .byName(name: $0) } + [.argumentParser] + packages,
        path: "Sources/Programs/\(name)", swiftSettings: strict())
}

func benchmark(
    _ name: String, imports rooms: [String], _ packages: [Target.Dependency] = []
) -> Target {
    .executableTarget(
        name: name, dependencies: rooms.map { .byName(name: $0) } + packages,
        path: "Benchmarks/\(name)", exclude: name == "throughput" ? ["post.lua"] : [],
        swiftSettings: strict())
}

func tests(
    _ name: String, imports rooms: [String], _ packages: [Target.Dependency] = [],
    exclude: [String] = []
) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: rooms.map { .byName(name: $0) } + packages,
        path: "Tests/\(name)Tests", exclude: exclude, swiftSettings: strict())
}

/// The language every room is written in.
func strict() -> [SwiftSetting] {
    [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ]
}

extension Target.Dependency {
    static let argumentParser = product(name: "ArgumentParser", package: "swift-argument-parser")
    static let asyncHTTPClient = product(name: "AsyncHTTPClient", package: "async-http-client")
    static let crypto = product(name: "Crypto", package: "swift-crypto")
    static let grdb = product(name: "GRDB", package: "GRDB.swift")
    static let httpTypes = product(name: "HTTPTypes", package: "swift-http-types")
    static let hummingbird = product(name: "Hummingbird", package: "hummingbird")
    static let logging = product(name: "Logging", package: "swift-log")
    static let nioCore = product(name: "NIOCore", package: "swift-nio")
    static let nioHTTP1 = product(name: "NIOHTTP1", package: "swift-nio")
    static let serviceLifecycle = product(
        name: "ServiceLifecycle", package: "swift-service-lifecycle")
    static let yams = product(name: "Yams", package: "Yams")
}
