// SPDX-License-Identifier: Apache-2.0

import Brake
public import Client
import Hummingbird
public import Logging
public import PauseAgreement
import Roles
import ServiceLifecycle
public import Storage
public import TransparencyLog

/// A log node: its store opened and checked, ready to serve.
public struct LogNode: Sendable {
    let agreement: Agreement
    let sequencer: LogSequencer
    let worker: LogWorker
    let store: any LogStore
    /// Sealed messages, beside the log.
    let mail: any MailStore
    let mailRoom: MailRoom
    let webhooks: [Webhook]
    /// A state of the past may have to be folded over many entries.
    let pastTurnstile = Turnstile(most: 4)
    let metrics = Metrics()
    /// Says what may be logged; asked by many at once, since admission looks at no log.
    let admission: Brake
    let logger: Logger

    /// Opens the log.
    ///
    /// - Parameter key: the agreement's log key.
    /// - Parameter monitors: where the agreement's monitors can be reached, by party.
    /// - Parameter webhooks: who is told what happens.
    /// - Throws: ``StartFault`` where it cannot be run like this; ``StorageFault``.
    public init(
        agreement: Agreement, key: PrivateKey, store location: StoreLocation,
        monitors: [String: NodeClient], webhooks: [Webhook] = [], logger: Logger
    ) async throws {
        guard key.publicKey == agreement.log.key else {
            throw StartFault(
                .notPermitted, "the key is not the agreement's log key",
                hint:
                    "the agreement names key \(agreement.log.key.keyID), the file holds \(key.publicKey.keyID)"
            )
        }
        let known = agreement.monitorKeys.map(\.party)
        if let stranger = monitors.keys.sorted().first(where: { !known.contains($0) }) {
            throw StartFault(
                .usage, "\(stranger) is no monitor of the agreement",
                hint: "monitors: \(known.joined(separator: ", "))")
        }
        let store = try location.open()
        let mark = location.markPath.map { MarkFile(path: $0) }
        var role = LogOperator(agreement: agreement, monitors: Array(monitors.keys))
        try await LogNode.restore(&role, from: store, mark: mark, location)
        self.agreement = agreement
        self.store = store
        mail = try location.openMail()
        mailRoom = MailRoom(agreement: agreement)
        self.webhooks = webhooks
        self.logger = logger
        admission = Brake(agreement: agreement)
        sequencer = LogSequencer(role)
        worker = LogWorker(
            sequencer: sequencer, store: store, mark: mark, signer: key,
            origin: agreement.log.origin,
            monitors: monitors, tick: agreement.log.tick, logger: logger)
    }

    private static func restore(
        _ role: inout LogOperator, from store: any LogStore, mark: MarkFile?,
        _ location: StoreLocation
    ) async throws {
        do {
            for try await leaf in LeafSequence(store: store) { try role.restore(leaf: leaf) }
            let signed = try mark?.read().map { bytes in
                do { return try UnverifiedNote(parsing: bytes) } catch {
                    throw StartFault(
                        .store, "\(mark?.path ?? "") is not a checkpoint: \(error)",
                        hint:
                            "it holds the last checkpoint that was signed; do not delete it lightly"
                    )
                }
            }
            let newest = try await store.value(OrderMarks.newest).map {
                try UnverifiedNote(parsing: $0)
            }
            try role.restore(mark: signed, newestOrder: newest)
        } catch let failure as LogFailure {
            throw StartFault(
                .store, "\(location): \(failure)",
                hint:
                    "restore the newest copy of the store; signing over this one could fork the log"
            )
        }
    }

    /// Serves until the process is told to stop.
    ///
    /// - Parameter onListening: is given the address, with its real port, once requests are taken.
    public func run(
        on address: ListenAddress, onListening: @escaping @Sendable (String) async -> Void
    ) async throws {
        var services: [any Service] = [worker]
        if !webhooks.isEmpty {
            services.append(
                WebhookWorker(
                    hooks: webhooks, sequencer: sequencer, store: store, metrics: metrics,
                    logger: logger))
        }
        let middleware = ProblemMiddleware(metrics: metrics, logger: logger)
        var failure: (any Error)?
        do {
            try await serve(
                routes.router(middleware), on: address, services: services, logger: logger,
                onListening: onListening)
        } catch {
            failure = error
        }
        // Whatever ended it: the next process, or the next test, opens the same files.
        try await store.close()
        try await mail.close()
        if let failure { throw failure }
    }
}

/// Why a node cannot be run as asked.
public struct StartFault: Error, Sendable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        /// It was told something that does not fit the agreement.
        case usage
        /// The key is another one.
        case notPermitted
        /// The store is not what was signed.
        case store
        /// The address cannot be listened on.
        case network
    }

    public let kind: Kind
    public let message: String
    /// The way out.
    public let hint: String?

    init(_ kind: Kind, _ message: String, hint: String? = nil) {
        self.kind = kind
        self.message = message
        self.hint = hint
    }

    public var description: String { message }
}
