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
    /// Up to the set of the highest order: an order of an earlier one is not believed any more.
    private var chain: MonitorChain
    /// Nil where another gate writes to the folder: what is learned is then used, but not kept.
    private let store: OrderStore?
    private let now: @Sendable () -> Time
    private let tell: @Sendable (News) -> Void
    private var isConnected = false
    /// The last alarm of each source, so that a lasting one is told once.
    private var raised: [String: String] = [:]

    /// - Parameters:
    ///   - believed: the order that the gate's folder holds.
    ///   - chain: the sets of monitors that it holds; nil where it holds the agreement's alone.
    ///   - tell: called with one piece of news after the other.
    public init(
        agreement: Agreement, believed: BelievedOrder?, chain: MonitorChain? = nil,
        node: NodeClient?, monitors: [NodeClient], store: OrderStore?,
        now: @escaping @Sendable () -> Time, tell: @escaping @Sendable (News) -> Void
    ) {
        self.agreement = agreement
        self.chain = chain ?? MonitorChain(agreement)
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
                if case .order(let note) = event.content {
                    offer(note, from: node.url, monitors: await learn(for: [note], from: [node]))
                }
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
            offer(note, from: node.url, monitors: await learn(for: [note], from: [node]))
        } catch {
            raise(alarm(error, from: node.url))
        }
    }

    /// The sets of monitors up to the newest that a note names, where that is newer than the one
    /// held: asked for at whoever gave the note. Nil where none of them can show how it came about.
    private func learn(for notes: [UnverifiedNote], from sources: [NodeClient]) async
        -> MonitorChain?
    {
        let named = notes.compactMap { (try? Order(parsing: $0.text))?.monitors }
            .max { $0.version < $1.version }
        guard let named, named.version > chain.current.version else { return nil }
        for source in sources {
            guard let notes = try? await source.monitorNotes() else { continue }
            var longer = chain
            do throws(RotationFailure) {
                try longer.extend(with: notes, under: agreement)
            } catch {
                raise(.malformed(source: source.url, cause: "its sets of monitors: \(error)"))
            }
            if longer.set(named: named) != nil { return longer }
        }
        return nil
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
        offer(ofMonitors: notes, await learn(for: notes, from: monitors))
    }

    // MARK: - Believing

    /// Takes what one source says is an order.
    ///
    /// - Parameter longer: sets of monitors beyond those held, for an order that names one.
    public func offer(
        _ note: UnverifiedNote, from source: String, monitors longer: MonitorChain? = nil
    ) {
        do throws(Disbelief) {
            let order = try verified(note, longer)
            if let held = believed, held.succession(of: order) == .older {
                raise(.older(source: source, order.rank, held: held.rank))
            } else {
                settle(source)
                take(order, from: source, longer)
            }
        } catch {
            raise(.disbelieved(source: source, error))
        }
    }

    /// Signed by enough of the set held, or of a later one that the order names.
    private func verified(
        _ note: UnverifiedNote, _ longer: MonitorChain?
    ) throws(Disbelief) -> BelievedOrder {
        var set = chain.current
        if let named = (try? Order(parsing: note.text))?.monitors, named.version > set.version,
            let later = longer?.set(named: named)
        {
            set = later
        }
        return try BelievedOrder(verifying: note, under: agreement, monitors: set)
    }

    /// Takes notes of several monitors. They stand at different ticks for moments, so that a text
    /// with too few signatures, or an older one, is an alarm only where nothing else came.
    private func offer(ofMonitors notes: [UnverifiedNote], _ longer: MonitorChain?) {
        let source = "monitors"
        var orders: [BelievedOrder] = []
        var doubts: [Disbelief] = []
        for note in merged(notes) {
            do throws(Disbelief) {
                orders.append(try verified(note, longer))
            } catch {
                doubts.append(error)
            }
        }
        for order in orders.sorted(by: { $0.rank < $1.rank })
        where believed?.succession(of: order) != .older {
            take(order, from: source, longer)
        }
        if !orders.isEmpty {
            settle(source)
        } else if let doubt = doubts.first {
            raise(.disbelieved(source: source, doubt))
        }
    }

    /// Takes an order that is not older than the one held.
    private func take(_ order: BelievedOrder, from source: String, _ longer: MonitorChain?) {
        switch believed.map({ $0.succession(of: order) }) ?? .newer {
        case .same, .older: return
        case .newer:
            rotate(to: order.order.monitors, longer)
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

    /// From the first order of a set on, no earlier set is believed: on the disk before that order.
    private func rotate(to name: MonitorSetName?, _ longer: MonitorChain?) {
        guard let name, let longer, chain.current.version < name.version else { return }
        let next = longer.upTo(version: name.version)
        chain = next
        keep { (store) throws(StorageFault) in try store.keep(next) }
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
