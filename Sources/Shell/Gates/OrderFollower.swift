// SPDX-License-Identifier: Apache-2.0

public import Client
public import Enforcement
public import PauseAgreement
import Storage
public import TransparencyLog

/// Follows the orders of one agreement: the node's event stream, and the monitors where the node is
/// silent. Believes only what enough monitors signed, and never goes back.
public actor OrderFollower {
    public enum News: Sendable {
        /// A higher order than all before; told once it is on the disk.
        case order(BelievedOrder, from: String)
        case alarm(GateAlarm)
    }

    /// The highest order believed so far.
    public private(set) var believed: BelievedOrder?

    private let agreement: Agreement
    private let node: NodeClient?
    private let monitors: [NodeClient]
    /// Nil where another gate writes to the folder: what is learned is then used, but not kept.
    private let store: OrderStore?
    private let now: @Sendable () -> Time
    private let tell: @Sendable (News) -> Void
    private var isConnected = false
    /// The last alarm of each source, so that a lasting one is told once.
    private var raised: [String: String] = [:]

    /// - Parameters:
    ///   - believed: the order that the gate's folder holds.
    ///   - tell: called with one piece of news after the other.
    public init(
        agreement: Agreement, believed: BelievedOrder?, node: NodeClient?, monitors: [NodeClient],
        store: OrderStore?, now: @escaping @Sendable () -> Time,
        tell: @escaping @Sendable (News) -> Void
    ) {
        self.agreement = agreement
        self.believed = believed
        self.node = node
        self.monitors = monitors
        self.store = store
        self.now = now
        self.tell = tell
    }

    // MARK: - Asking

    /// Follows orders until the task is cancelled.
    public func follow() async {
        await withTaskGroup { group in
            group.addTask { await self.listen() }
            group.addTask { await self.watch() }
            await group.waitForAll()
        }
    }

    /// Asks the node, and where it has no fresh order, the monitors: once.
    public func ask() async {
        if let node { await askNode(node) }
        if isOverdue { await askMonitors() }
    }

    private func listen() async {
        guard let node else { return }
        let last = believed.map { "\($0.rank.size.value)-\($0.rank.tick.milliseconds)" }
        for await news in node.events(after: last) {
            switch news {
            case .connected:
                isConnected = true
                await askNode(node)
            case .event(let event):
                if case .order(let note) = event.content { offer(note, from: node.url) }
            case .interrupted(let fault):
                isConnected = false
                raise(alarm(fault, from: node.url))
                await askMonitors()
            }
        }
    }

    /// Looks after the clock: an order that does not come is no event.
    private func watch() async {
        let quarter = agreement.log.tick.milliseconds / 4
        let interval = Duration.milliseconds(min(30_000, max(250, quarter)))
        while (try? await Task.sleep(for: interval)) != nil {
            if isOverdue || !isConnected {
                if let node, isConnected { await askNode(node) }
                await askMonitors()
            }
        }
    }

    private var isOverdue: Bool {
        guard let believed else { return true }
        return believed.rank.tick + agreement.log.tick + agreement.log.skew < now()
    }

    private func askNode(_ node: NodeClient) async {
        do throws(ClientFault) {
            guard let note = try await node.order() else { return settle(node.url) }
            offer(note, from: node.url)
        } catch {
            raise(alarm(error, from: node.url))
        }
    }

    private func askMonitors() async {
        // All at once: one that does not answer must not keep the others waiting.
        let answers = monitors.map { monitor in
            Task { () async -> Result<UnverifiedNote?, ClientFault> in
                do throws(ClientFault) { return .success(try await monitor.order()) } catch {
                    return .failure(error)
                }
            }
        }
        var notes: [UnverifiedNote] = []
        for (monitor, answer) in zip(monitors, answers) {
            switch await answer.value {
            case .success(let note):
                if let note { notes.append(note) }
                settle(monitor.url)
            case .failure(let fault): raise(alarm(fault, from: monitor.url))
            }
        }
        offer(ofMonitors: notes)
    }

    // MARK: - Believing

    /// Takes what one source says is an order.
    public func offer(_ note: UnverifiedNote, from source: String) {
        do throws(Disbelief) {
            let order = try BelievedOrder(verifying: note, under: agreement)
            if let held = believed, held.succession(of: order) == .older {
                raise(.older(source: source, order.rank, held: held.rank))
            } else {
                settle(source)
                take(order, from: source)
            }
        } catch {
            raise(.disbelieved(source: source, error))
        }
    }

    /// Takes notes of several monitors. They stand at different ticks for moments, so that a text
    /// with too few signatures, or an older one, is an alarm only where nothing else came.
    private func offer(ofMonitors notes: [UnverifiedNote]) {
        let source = "monitors"
        var orders: [BelievedOrder] = []
        var doubts: [Disbelief] = []
        for note in merged(notes) {
            do throws(Disbelief) {
                orders.append(try BelievedOrder(verifying: note, under: agreement))
            } catch {
                doubts.append(error)
            }
        }
        for order in orders.sorted(by: { $0.rank < $1.rank })
        where believed?.succession(of: order) != .older {
            take(order, from: source)
        }
        if !orders.isEmpty {
            settle(source)
        } else if let doubt = doubts.first {
            raise(.disbelieved(source: source, doubt))
        }
    }

    /// Takes an order that is not older than the one held.
    private func take(_ order: BelievedOrder, from source: String) {
        switch believed.map({ $0.succession(of: order) }) ?? .newer {
        case .same, .older: return
        case .newer:
            let isContradicted = believed?.isContradicted == true || store?.isContradicted == true
            let next = isContradicted ? order.contradicted() : order
            believed = next
            keep { (store) throws(StorageFault) in try store.keep(next) }
            tell(.order(next, from: source))
        case .contradiction:
            guard let held = believed, !held.isContradicted else { return }
            believed = held.contradicted()
            keep { (store) throws(StorageFault) in try store.keep(held, contradictedBy: order) }
            let evidence = store?.evidencePath ?? "both of them"
            raise(.contradiction(source: source, order.rank, evidence: evidence))
            tell(.order(held.contradicted(), from: source))
        }
    }

    private func keep(_ write: (OrderStore) throws(StorageFault) -> Void) {
        guard let store else { return }
        do throws(StorageFault) {
            try write(store)
            settle("disk")
        } catch {
            raise(.cannotKeep(cause: "\(error)"))
        }
    }

    // MARK: - Alarms

    private func alarm(_ fault: ClientFault, from source: String) -> GateAlarm {
        switch fault {
        case .unreachable(_, let cause): .unreachable(source: source, cause: cause)
        case .problem(let problem): .unreachable(source: source, cause: "\(problem)")
        case .malformed(_, let cause): .malformed(source: source, cause: cause)
        }
    }

    private func raise(_ alarm: GateAlarm) {
        guard raised[alarm.source] != alarm.word else { return }
        raised[alarm.source] = alarm.word
        tell(.alarm(alarm))
    }

    private func settle(_ source: String) { raised[source] = nil }
}
