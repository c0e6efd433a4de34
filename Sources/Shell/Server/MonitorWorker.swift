// SPDX-License-Identifier: Apache-2.0

import Client
import Logging
import PauseAgreement
import Roles
import ServiceLifecycle
import Storage
import TransparencyLog

/// Does what a monitor wants done: signs, stores, fetches, asks. It decides nothing.
struct MonitorWorker: Service {
    let keeper: MonitorKeeper
    let store: any LogStore
    let signer: any Signer
    let orderName: String
    let cosigningName: String
    let node: NodeClient
    /// Other monitors by their addresses.
    let peers: [String: NodeClient]
    let tick: TimeSpan
    let logger: Logger

    func run() async throws {
        await keeper.receive(.started)
        await withDiscardingTaskGroup { group in
            group.addTask { await keepTime() }
            for await actions in keeper.work.cancelOnGracefulShutdown() {
                await perform(actions, &group)
            }
            group.cancelAll()
        }
        await keeper.close()
    }

    private func keepTime() async {
        let pause = Duration.milliseconds(max(50, min(1000, tick.milliseconds / 4)))
        while !Task.isCancelled {
            try? await Task.sleep(for: pause)
            await keeper.receive(.clock)
        }
    }

    /// One after another; where one that writes fails, the rest is not done.
    private func perform(_ actions: [Monitor.Action], _ group: inout DiscardingTaskGroup) async {
        for (place, action) in actions.enumerated() {
            do {
                try await perform(action, &group)
            } catch {
                logger.error("\(error)")
                for action in actions[place...] { await giveUp(action) }
                return await keeper.receive(.faulted("\(error)"))
            }
        }
    }

    private func giveUp(_ action: Monitor.Action) async {
        switch action {
        case .reply(let ticket, _), .answer(let ticket, _), .witness(.reply(let ticket, _)),
            .witness(.cosign(let ticket, _, _)):
            await keeper.fail(ticket, "the disk failed")
        case .signOrder(let text):
            await keeper.receive(.signingFailed(text: text, "the disk failed"))
        case .signAcceptance(let payload):
            await keeper.receive(.acceptanceFailed(.sha256(payload), "the disk failed"))
        default: break
        }
    }

    private func perform(_ action: Monitor.Action, _ group: inout DiscardingTaskGroup) async throws
    {
        switch action {
        case .witness(let action):
            try await action.perform(as: cosigningName, with: signer, keepingIn: store) {
                ticket, cosigning in
                await keeper.reply(ticket, cosigning)
            } receive: {
                await keeper.receive(.witness($0))
            }
        case .append(let leaves, let old, let new):
            try await store.append(
                leaves.map { NewLeaf(leaf: $0.leaf, payloadDigest: $0.payloadDigest) },
                from: old, to: new)
        case .keep(let mark): try await store.replace(MonitorMarks.mark, with: mark.bytes)
        case .keepOrder(let note): try await store.replace(MonitorMarks.order, with: note.bytes)
        case .keepProposal(let note):
            try await store.replace(MonitorMarks.proposal, with: note.bytes)
        case .signOrder(let text): await signOrder(text)
        case .reply(let ticket, let answer): await keeper.reply(ticket, answer)
        case .fetch(let source, let start, let end):
            group.addTask { await fetch(from: source, start, end) }
        case .ask(let source): group.addTask { await ask(source) }
        case .report(let report): logger.write(report)
        case .signAcceptance(let payload): await signAcceptance(payload)
        case .keepHeld(let slot, let kept):
            try await store.replace(MonitorMarks.held(slot), with: kept.bytes)
        // An empty mark is a free slot.
        case .forgetHeld(let slot): try await store.replace(MonitorMarks.held(slot), with: [])
        case .answer(let ticket, let answer): await keeper.reply(ticket, answer)
        case .passOn(let payload, let signer, let source, let envelopes):
            group.addTask {
                let outcome = await passOn(envelopes, to: source)
                await keeper.receive(
                    .passedOn(payload, signer: signer, to: source, outcome))
            }
        }
    }

    private func signAcceptance(_ payload: [UInt8]) async {
        do {
            let envelope = try Envelope.sign(
                payload: payload, payloadType: Envelope.inToto, with: [signer])
            await keeper.receive(.acceptanceSigned(envelope))
        } catch {
            await keeper.receive(.acceptanceFailed(.sha256(payload), "\(error)"))
        }
    }

    private func signOrder(_ text: String) async {
        do {
            let signature = try NoteSignature.sign(text: text, as: orderName, with: signer)
            await keeper.receive(.signed(text: text, signature))
        } catch {
            await keeper.receive(.signingFailed(text: text, "\(error)"))
        }
    }

    // MARK: - Others

    private func client(_ source: Monitor.Source) -> NodeClient? {
        switch source {
        case .node: node
        case .peer(let address): peers[address]
        }
    }

    /// One after another: the first that is not taken ends it.
    private func passOn(_ envelopes: [Envelope], to source: Monitor.Source) async -> PassingOn {
        guard let client = client(source) else { return .refused("unknown peer") }
        for envelope in envelopes {
            let body = envelope.json.canonicalBytes
            do throws(ClientFault) {
                switch source {
                case .node: _ = try await client.submit(body)
                case .peer: _ = try await client.handIn(body)
                }
            } catch {
                // Whoever has too much to do is asked again, like one who is not there.
                guard case .problem(let problem) = error, problem.status < 500,
                    problem.status != 429
                else { return .unreachable("\(error)") }
                return .refused(problem.detail)
            }
        }
        return .taken
    }

    private func fetch(from source: Monitor.Source, _ start: LogIndex, _ end: TreeSize) async {
        guard let client = client(source) else {
            return await keeper.receive(.fetchFailed("unknown peer"))
        }
        do throws(ClientFault) {
            await keeper.receive(.fetched(try await client.leaves(from: start, to: end)))
        } catch {
            await keeper.receive(.fetchFailed("\(error)"))
        }
    }

    private func ask(_ source: Monitor.Source) async {
        guard let client = client(source) else { return await keeper.receive(.told(source, nil)) }
        do throws(ClientFault) {
            let order = try await client.order()
            let proposal = try await client.proposal()
            let checkpoint = try await checkpoint(of: client)
            let told = Monitor.Told(order: order, proposal: proposal, checkpoint: checkpoint)
            await keeper.receive(.told(source, told))
        } catch {
            await keeper.receive(.told(source, nil))
        }
    }

    /// Nil where the other side answers that it has none.
    private func checkpoint(of client: NodeClient) async throws(ClientFault) -> UnverifiedNote? {
        do throws(ClientFault) {
            return try await client.checkpoint()
        } catch {
            if case .problem = error { return nil }
            throw error
        }
    }
}

/// Names of a monitor's marks.
enum MonitorMarks {
    static let mark = "monitor/mark"
    static let order = "monitor/order"
    static let proposal = "monitor/proposal"
    /// Statements that are held, by their slots.
    static let heldPrefix = "monitor/held/"

    static func held(_ slot: Int) -> String { "\(heldPrefix)\(slot)" }
}
