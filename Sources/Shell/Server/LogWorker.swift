// SPDX-License-Identifier: Apache-2.0

import Client
import Logging
import PauseAgreement
import Roles
import ServiceLifecycle
import Storage
import TransparencyLog

/// Does what a log operator wants done: signs, stores, sends, answers. It decides nothing.
package struct LogWorker: Service {
    let sequencer: LogSequencer
    let store: any LogStore
    /// The second place; nil for a log in memory.
    let mark: MarkFile?
    let signer: any Signer
    let origin: String
    /// Monitors by party.
    let monitors: [String: NodeClient]
    /// Witnesses that are no monitors, by party.
    let witnesses: [String: NodeClient]
    let tick: TimeSpan
    /// Where other processes may write the store, too.
    let shared: SharedLog?
    let logger: Logger

    package func run() async throws {
        await sequencer.receive(shared == nil ? .started : .following)
        await withDiscardingTaskGroup { group in
            group.addTask { await keepTime() }
            for await actions in sequencer.work.cancelOnGracefulShutdown() {
                await perform(actions, &group)
            }
            group.cancelAll()
        }
        await sequencer.close()
    }

    /// Tells the role the time, and listeners that we are still here.
    private func keepTime() async {
        let pause = Duration.milliseconds(max(50, min(1000, tick.milliseconds / 4)))
        var lastSign = ContinuousClock.now
        while !Task.isCancelled {
            try? await Task.sleep(for: pause)
            await sequencer.receive(.clock)
            if lastSign + .seconds(15) <= .now {
                lastSign = .now
                await sequencer.wake(.keepAlive)
            }
        }
    }

    /// One after another; where one that writes fails, the rest is not done.
    private func perform(_ actions: [LogOperator.Action], _ group: inout DiscardingTaskGroup) async
    {
        for (place, action) in actions.enumerated() {
            do {
                try await perform(action, &group)
            } catch {
                logger.error("\(error)")
                for case .reply(let ticket, _) in actions[place...] {
                    await sequencer.reply(ticket, .unable("the disk failed"))
                }
                return await failed(.faulted("\(error)"), "\(error)")
            }
        }
    }

    /// Alone, it cannot go on; where others can, it lets them.
    private func failed(_ event: LogOperator.Event, _ why: String) async {
        if let shared { return shared.tell(.failed(why)) }
        await sequencer.receive(event)
    }

    private func perform(_ action: LogOperator.Action, _ group: inout DiscardingTaskGroup)
        async throws
    {
        switch action {
        case .signOpening(let payload): await signOpening(payload)
        case .append(let leaves, let old, let new):
            group.addTask { await append(leaves, from: old, to: new) }
        case .sign(let texts): await sign(texts)
        case .writeMark(let note):
            try await mark?.replaceInBackground(with: note.bytes)
            await sequencer.receive(.marked(note))
        case .reply(let ticket, let answer): await sequencer.reply(ticket, answer)
        case .wake: await sequencer.wake(.news)
        case .send(let monitor, let request): group.addTask { await send(request, to: monitor) }
        case .ask(let monitor): group.addTask { await ask(monitor) }
        case .keepOrder(let note, let epoch):
            if let epoch { try await store.replace(OrderMarks.key(epoch: epoch), with: note.bytes) }
            try await store.replace(OrderMarks.newest, with: note.bytes)
        case .keepProposal(let note):
            try await store.replace(OrderMarks.proposal, with: note.bytes)
        case .handOver(let envelope, let signer):
            group.addTask { await handOver(envelope, by: signer) }
        case .report(let report): logger.write(report)
        }
    }

    private func append(_ leaves: [PendingLeaf], from old: TreeHead, to new: TreeHead) async {
        do {
            try await store.append(
                leaves.map { NewLeaf(leaf: $0.leaf, payloadDigest: $0.payloadDigest) },
                from: old, to: new)
            await sequencer.appended(to: new)
        } catch {
            await failed(.appendFailed("\(error)"), "\(error)")
        }
    }

    private func handOver(_ envelope: Envelope, by signer: String) async {
        guard let answer = await shared?.handOver(envelope, by: signer) else { return }
        await sequencer.receive(
            .notTaken(signer: signer, payload: envelope.payloadDigest, answer))
    }

    private func signOpening(_ payload: [UInt8]) async {
        do {
            let envelope = try Envelope.sign(
                payload: payload, payloadType: Envelope.inToto, with: [signer])
            await sequencer.receive(.openingSigned(envelope))
        } catch {
            await sequencer.receive(.signingFailed([], "\(error)"))
        }
    }

    private func sign(_ texts: [String]) async {
        var signatures: [LogOperator.TextSignature] = []
        for text in texts {
            do {
                let signature = try NoteSignature.sign(text: text, as: origin, with: signer)
                signatures.append(LogOperator.TextSignature(text: text, signature: signature))
            } catch {
                return await sequencer.receive(.signingFailed(texts, "\(error)"))
            }
        }
        await sequencer.receive(.signed(signatures))
    }

    // MARK: - Monitors

    private func send(_ request: LogOperator.MonitorRequest, to monitor: String) async {
        guard let client = monitors[monitor] ?? witnesses[monitor] else { return }
        await sequencer.receive(.answered(monitor: monitor, answer(of: client, to: request)))
    }

    private func answer(
        of client: NodeClient, to request: LogOperator.MonitorRequest
    ) async -> LogOperator.MonitorAnswer {
        do throws(ClientFault) {
            switch request {
            case .propose(let body): return .order(try await client.propose(body))
            case .addCheckpoint(let body):
                switch try await client.addCheckpoint(body) {
                case .cosigned(let lines): return .cosigned(lines)
                case .expected(let size): return .expected(size)
                case .refused(let status, let detail):
                    return .refused("status \(status): \(detail)")
                }
            }
        } catch {
            if case .problem(let problem) = error {
                return .refused("\(problem.slug): \(problem.detail)")
            }
            return .unreachable("\(error)")
        }
    }

    /// Where nobody answers, nothing is told: that it holds none only itself can say.
    private func ask(_ monitor: String) async {
        do throws(ClientFault) {
            let note = try await checkpoint(held: monitor)
            await sequencer.receive(.monitorHolds(monitor: monitor, note))
        } catch {
            logger.debug("\(monitor): \(error)")
        }
    }

    private func checkpoint(held monitor: String) async throws(ClientFault) -> UnverifiedNote? {
        if let witness = witnesses[monitor] { return try await witness.checkpoint(of: origin) }
        do throws(ClientFault) {
            return try await monitors[monitor]?.checkpoint()
        } catch {
            if case .problem(let problem) = error, problem.status == 404 { return nil }
            throw error
        }
    }
}

/// Names of the marks that orders are kept under.
enum OrderMarks {
    static let newest = "order/newest"
    static let proposal = "log/proposal"
    static let epochs = "order/epoch/"

    /// Padded, so that names sort as epochs do.
    static func key(epoch: Int64) -> String {
        let digits = String(epoch)
        return epochs + String(repeating: "0", count: max(0, 20 - digits.utf8.count)) + digits
    }
}
