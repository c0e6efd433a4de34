// SPDX-License-Identifier: Apache-2.0

public import Client
import Hummingbird
public import Logging
public import PauseAgreement
import Roles
public import Storage
public import TransparencyLog

/// A monitor: its store opened and checked, ready to serve.
public struct MonitorNode: Sendable {
    let agreement: Agreement
    let keeper: MonitorKeeper
    let worker: MonitorWorker
    let store: any LogStore
    let metrics = Metrics()
    let logger: Logger

    /// Opens the monitor.
    ///
    /// - Parameter key: the key of one of the agreement's monitors.
    /// - Parameter node: the log node, where entries come from.
    /// - Parameter peers: other monitors, asked while the node is silent.
    /// - Throws: ``StartFault`` where it cannot be run like this; ``StorageFault``.
    public init(
        agreement: Agreement, key: PrivateKey, store location: StoreLocation, node: NodeClient,
        peers: [NodeClient], logger: Logger
    ) async throws {
        guard let own = agreement.monitorKeys.first(where: { $0.order.key == key.publicKey }),
            var role = Monitor(agreement: agreement, party: own.party, peers: peers.map(\.url))
        else {
            throw StartFault(
                .notPermitted, "the key is no monitor's key in this agreement",
                hint: "monitors: \(agreement.monitorKeys.map(\.party).joined(separator: ", "))")
        }
        let store = try location.open()
        try await MonitorNode.restore(&role, from: store, location, agreement)
        self.agreement = agreement
        self.store = store
        self.logger = logger
        keeper = MonitorKeeper(role)
        worker = MonitorWorker(
            keeper: keeper, store: store, signer: key, orderName: own.order.name,
            cosigningName: own.cosigning.name, node: node,
            peers: Dictionary(peers.map { ($0.url, $0) }, uniquingKeysWith: { first, _ in first }),
            tick: agreement.log.tick, logger: logger)
    }

    private static func restore(
        _ role: inout Monitor, from store: any LogStore, _ location: StoreLocation,
        _ agreement: Agreement
    ) async throws {
        func note(_ key: String) async throws -> UnverifiedNote? {
            try await store.value(key).map { try UnverifiedNote(parsing: $0) }
        }
        do {
            for try await leaf in LeafSequence(store: store) { try role.restore(leaf: leaf) }
            let mark = try await store.value(MonitorMarks.mark).map { try MonitorMark(parsing: $0) }
            try role.restore(
                mark: mark, order: try await note(MonitorMarks.order),
                proposal: try await note(MonitorMarks.proposal),
                checkpoint: try await note(WitnessMarks.key(origin: agreement.log.origin)))
        } catch let failure as LogFailure {
            throw StartFault(
                .store, "\(location): \(failure)", hint: "restore the newest copy of the store")
        }
    }

    /// Serves until the process is told to stop.
    ///
    /// - Parameter onListening: is given the address, with its real port, once requests are taken.
    public func run(
        on address: ListenAddress, onListening: @escaping @Sendable (String) async -> Void
    ) async throws {
        let middleware = ProblemMiddleware(metrics: metrics, logger: logger)
        try await serve(
            routes.router(middleware), on: address, services: [worker],
            logger: logger,
            onListening: onListening)
        try await store.close()
    }
}
