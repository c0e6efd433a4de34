// SPDX-License-Identifier: Apache-2.0

import Brake
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
    /// Says what may be held: what the node has to log.
    let admission: Brake
    let keeper: MonitorKeeper
    let worker: MonitorWorker
    let store: any LogStore
    let metrics = Metrics()
    let flood: FloodGuard
    let logger: Logger

    /// Opens the monitor.
    ///
    /// - Parameter key: the key of one of the agreement's monitors, or of one that a later set
    ///   names.
    /// - Parameter name: which monitor that is; nil for one that the agreement names with this key.
    /// - Parameter node: the log node, where entries come from.
    /// - Parameter peers: other monitors, asked while the node is silent.
    /// - Throws: ``StartFault`` where it cannot be run like this; ``StorageFault``.
    public init(
        agreement: Agreement, key: PrivateKey, name: String? = nil, store location: StoreLocation,
        node: NodeClient, peers: [NodeClient], limits: FloodLimits = FloodLimits(), logger: Logger
    ) async throws {
        let own = try MonitorNode.own(key.publicKey, name, agreement)
        guard
            var role = Monitor(
                agreement: agreement, party: own.party, key: key.publicKey, peers: peers.map(\.url))
        else { preconditionFailure("a key with a name makes a monitor") }
        let store = try await location.open()
        try await MonitorNode.restore(&role, from: store, location, agreement)
        self.agreement = agreement
        admission = Brake(agreement: agreement)
        self.logger = logger
        flood = FloodGuard(limits, logger: logger)
        keeper = MonitorKeeper(role)
        self.store = CheckedStore(store, against: keeper)
        worker = MonitorWorker(
            keeper: keeper, store: store, signer: key, orderName: own.order.name,
            cosigningName: own.cosigning.name, node: node,
            peers: Dictionary(peers.map { ($0.url, $0) }, uniquingKeysWith: { first, _ in first }),
            tick: agreement.log.tick, logger: logger)
    }

    /// Which monitor a key makes it.
    private static func own(
        _ key: PublicKey, _ name: String?, _ agreement: Agreement
    ) throws -> MonitorKey {
        let named = agreement.monitorKeys.first { $0.order.key == key }
        if let named, name ?? named.party == named.party { return named }
        guard let name, let own = agreement.monitorKey(name, key), named == nil else {
            throw StartFault(
                .notPermitted, "the key is no monitor's key in this agreement",
                hint: "monitors: \(agreement.monitorKeys.map(\.party).joined(separator: ", ")); "
                    + "--name for one that a later set names")
        }
        return own
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
            try role.restore(heads: try await store.heads())
            let mark = try await store.value(MonitorMarks.mark).map { try MonitorMark(parsing: $0) }
            try role.restore(
                mark: mark, order: try await note(MonitorMarks.order),
                proposal: try await note(MonitorMarks.proposal),
                checkpoint: try await note(WitnessMarks.key(origin: agreement.log.origin)))
            try await restoreHeld(&role, from: store)
        } catch let failure as LogFailure {
            throw StartFault(
                .store, "\(location): \(failure)", hint: "restore the newest copy of the store")
        }
    }

    private static func restoreHeld(
        _ role: inout Monitor, from store: any LogStore
    ) async throws {
        var last: String?
        while true {
            let page = try await store.values(
                prefix: MonitorMarks.heldPrefix, after: last, limit: 256)
            guard let end = page.last?.key else { return }
            for (key, value) in page where !value.isEmpty {
                guard let slot = Int(key.dropFirst(MonitorMarks.heldPrefix.count)) else { continue }
                try role.restore(held: try HeldStatement(parsing: value), slot: slot)
            }
            last = end
        }
    }

    /// Serves until the process is told to stop.
    ///
    /// - Parameter onListening: is given the address, with its real port, once requests are taken.
    public func run(
        on address: ListenAddress, onListening: @escaping @Sendable (String) async -> Void
    ) async throws {
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
}
