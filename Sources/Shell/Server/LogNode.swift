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
    /// The load programs hand statements straight to it.
    package let sequencer: LogSequencer
    package let worker: LogWorker
    let store: any LogStore
    /// Where other processes may write the store, too.
    let shared: SharedLog?
    /// Keeps another process away from the mark.
    private let markLock: StoreLock?
    /// Sealed messages, beside the log.
    let mail: any MailStore
    let mailRoom: MailRoom
    let webhooks: [Webhook]
    /// A state of the past may have to be folded over many entries.
    let pastTurnstile = Turnstile(most: 4)
    let metrics = Metrics()
    let flood: FloodGuard
    /// Says what may be logged; asked by many at once, since admission looks at no log.
    let admission: Brake
    let logger: Logger

    /// Opens the log.
    ///
    /// - Parameter key: the agreement's log key.
    /// - Parameter monitors: where the agreement's monitors can be reached, by party.
    /// - Parameter nextMonitors: the same for those that a later set may name.
    /// - Parameter witnesses: where its witnesses that are no monitors can be reached, by party.
    /// - Parameter markPath: the file in which the last checkpoint that was signed is kept a second
    ///   time; nil for the place beside the store.
    /// - Parameter isVouchedFor: whether its operator vouches that nothing newer was signed, where
    ///   the mark is missing or too few monitors answer.
    /// - Parameter webhooks: who is told what happens.
    /// - Parameter limits: how much may be asked of it.
    /// - Throws: ``StartFault`` where it cannot be run like this; ``StorageFault``.
    @_optimize(none)  // The optimiser of Swift 6.3.1 crashes on it ("while splitting coroutine").
    public init(
        agreement: Agreement, key: PrivateKey, store location: StoreLocation,
        mark markPath: String? = nil, isVouchedFor: Bool = false, monitors: [String: NodeClient],
        nextMonitors: [String: NodeClient] = [:],
        witnesses: [String: NodeClient] = [:], webhooks: [Webhook] = [],
        limits: FloodLimits = FloodLimits(), logger: Logger
    ) async throws {
        let reachable = monitors.merging(nextMonitors) { first, _ in first }
        var role = LogOperator(
            agreement: agreement, monitors: Array(reachable.keys),
            witnesses: try LogNode.keys(of: Array(witnesses.keys), agreement))
        role.isVouchedFor = isVouchedFor
        role.quota = Quota(statements: limits.quota, window: agreement.log.mergeDelay)
        let opened = try await LogNode.open(role, location, mark: markPath, key: key)
        try LogNode.check(Array(monitors.keys), opened.role.monitorChain)
        try self.init(
            opened, key, location, monitors: reachable, witnesses: witnesses, webhooks: webhooks,
            limits: limits, logger: logger)
    }

    /// What was read before anything is served.
    private struct Opened {
        let role: LogOperator
        let store: any LogStore
        let mark: MarkFile?
        let markLock: StoreLock?
    }

    private init(
        _ opened: Opened, _ key: PrivateKey, _ location: StoreLocation,
        monitors: [String: NodeClient], witnesses: [String: NodeClient], webhooks: [Webhook],
        limits: FloodLimits, logger: Logger
    ) throws {
        agreement = opened.role.agreement
        markLock = opened.markLock
        mail = try location.openMail()
        mailRoom = MailRoom(agreement: agreement)
        self.webhooks = webhooks
        flood = FloodGuard(limits, logger: logger)
        self.logger = logger
        admission = Brake(agreement: agreement)
        sequencer = LogSequencer(opened.role)
        store = CheckedStore(opened.store, against: sequencer)
        shared = (opened.store as? PostgresStore).map { [sequencer, admission] store in
            SharedLog(store: store, sequencer: sequencer, admission: admission)
        }
        worker = LogWorker(
            sequencer: sequencer, store: opened.store, mark: opened.mark, signer: key,
            origin: agreement.log.origin,
            monitors: monitors, witnesses: witnesses, tick: agreement.log.tick,
            shared: shared, logger: logger)
    }

    @_optimize(none)  // As above.
    private static func open(
        _ role: LogOperator, _ location: StoreLocation, mark markPath: String?, key: PrivateKey
    ) async throws -> Opened {
        let log = role.agreement.log.key
        guard key.publicKey == log else {
            throw StartFault(
                .notPermitted, "the key is not the agreement's log key",
                hint:
                    "the agreement names key \(log.keyID), the file holds \(key.publicKey.keyID)"
            )
        }
        let mark = try LogNode.mark(at: markPath, of: location)
        let lock = try mark.map { try StoreLock(path: $0.path + ".lock") }
        let store = try await LogNode.open(location)
        var role = role
        try await LogNode.restore(&role, from: store, mark: mark, key: key, location)
        return Opened(role: role, store: store, mark: mark, markLock: lock)
    }

    /// The second place; nil for a log in memory.
    private static func mark(
        at path: String?, of location: StoreLocation
    ) throws -> MarkFile? {
        if case .postgres = location, path == nil {
            throw StartFault(
                .usage, "a log in a database needs --mark FILE",
                hint: "a file on this machine, for the last checkpoint that this node has signed")
        }
        return (path ?? location.markPath).map { MarkFile(path: $0) }
    }

    /// One that no set has named so far may be a slip of the pen.
    private static func check(_ monitors: [String], _ chain: MonitorChain) throws {
        let known = Set(chain.sets.flatMap { $0.members.map(\.party) }).sorted()
        guard let stranger = monitors.sorted().first(where: { !known.contains($0) }) else { return }
        throw StartFault(
            .usage, "\(stranger) is no monitor of the agreement",
            hint: "monitors: \(known.joined(separator: ", ")); --next-monitor for one to come")
    }

    /// A database may be written by another node; everything else belongs to this process.
    private static func open(_ location: StoreLocation) async throws -> any LogStore {
        guard case .postgres(let address) = location else { return try await location.open() }
        return try PostgresStore(address)
    }

    /// The keys of these witnesses, which the agreement has to name.
    private static func keys(of witnesses: [String], _ agreement: Agreement) throws -> [String:
        NoteKey]
    {
        let known = agreement.witnessKeys
        if let stranger = witnesses.sorted().first(where: { known[$0] == nil }) {
            throw StartFault(
                .usage, "\(stranger) is no witness of the agreement with one key, or is a monitor",
                hint: known.isEmpty
                    ? "no party of the agreement is a witness and no monitor"
                    : "witnesses: \(known.keys.sorted().joined(separator: ", "))")
        }
        return known.filter { witnesses.contains($0.key) }
    }

    /// Serves until the process is told to stop.
    ///
    /// - Parameter onListening: is given the address, with its real port, once requests are taken.
    public func run(
        on address: ListenAddress, onListening: @escaping @Sendable (String) async -> Void
    ) async throws {
        var services: [any Service] = [worker]
        if let shared { services.append(StandbyWorker(shared: shared, logger: logger)) }
        if !webhooks.isEmpty {
            services.append(
                WebhookWorker(
                    hooks: webhooks, sequencer: sequencer, store: store, metrics: metrics,
                    logger: logger))
        }
        var failure: (any Error)?
        do {
            try await serve(
                routes, on: address, services: services, flood: flood, metrics: metrics,
                logger: logger, onListening: onListening)
        } catch {
            failure = error
        }
        // Whatever ended it: the next process, or the next test, opens the same files.
        try await store.close()
        try await mail.close()
        markLock?.release()
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
