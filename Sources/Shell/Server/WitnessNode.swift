// SPDX-License-Identifier: Apache-2.0

import Hummingbird
public import Logging
import Roles
import ServiceLifecycle
public import Storage
public import TransparencyLog

/// A witness and nothing more: it cosigns checkpoints of the logs whose keys it was given.
public struct WitnessNode: Sendable {
    let keeper: WitnessKeeper
    let store: any LogStore
    let signer: PrivateKey
    let name: String
    let metrics = Metrics()
    let flood: FloodGuard
    let logger: Logger

    /// - Parameter logs: keys of logs, whose names are the logs' origins.
    public init(
        name: String, key: PrivateKey, logs: [NoteKey], store location: StoreLocation,
        limits: FloodLimits = FloodLimits(), logger: Logger
    ) async throws {
        guard NoteKey(name: name, algorithm: .cosignature, key: key.publicKey) != nil else {
            throw StartFault(
                .usage, "\"\(name)\" is no name for a key",
                hint: "a name has no white space and no plus sign")
        }
        store = try await location.open()
        var role = Witness(name: name, logs: logs)
        for origin in role.origins {
            guard let bytes = try await store.value(WitnessMarks.key(origin: origin)) else {
                continue
            }
            try role.restore(try UnverifiedNote(parsing: bytes))
        }
        keeper = WitnessKeeper(role)
        signer = key
        self.name = name
        flood = FloodGuard(limits, logger: logger)
        self.logger = logger
    }

    /// Serves until the process is told to stop.
    public func run(
        on address: ListenAddress, onListening: @escaping @Sendable (String) async -> Void
    ) async throws {
        let worker = WitnessWorker(
            keeper: keeper, store: store, signer: signer, name: name, logger: logger)
        var failure: (any Error)?
        do {
            try await serve(
                routes, on: address, services: [worker], flood: flood, metrics: metrics,
                logger: logger, onListening: onListening)
        } catch {
            failure = error
        }
        // Whatever ended it: the next process, or the next test, opens the same file.
        try await store.close()
        if let failure { throw failure }
    }

    var routes: Routes {
        var routes = Routes()
        routes.post("/add-checkpoint", .addCheckpoint) { request, _ in
            let body = try await request.bytes(atMost: MonitorNode.largestBody)
            return try .cosigning(await keeper.addCheckpoint(body))
        }
        routes.get("/:hash/checkpoint", .checkpointOfLog) { _, context in
            guard
                let note = await keeper.checkpoint(originHash: context.parameters.get("hash") ?? "")
            else {
                throw ProblemDocument.notFound("no checkpoint of that log was cosigned")
            }
            return .text(note.bytes)
        }
        routes.get("/metrics", .metrics) { _, _ in .text(Array(metrics.text(gauges: []).utf8)) }
        routes.get("/healthz", .alive) { _, _ in .text(Array("ok\n".utf8)) }
        routes.get("/readyz", .ready) { _, _ in .text(Array("ready\n".utf8)) }
        return routes.described(
            title: "Standstill witness", summary: "Cosigns checkpoints of the logs it knows.")
    }
}
