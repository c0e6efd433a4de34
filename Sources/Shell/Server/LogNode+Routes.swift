// SPDX-License-Identifier: Apache-2.0

import Brake
import HTTPTypes
import Hummingbird
import PauseAgreement
import Roles
import Storage
import TransparencyLog

// MARK: - What a log node answers

extension LogNode {
    var routes: Routes {
        var routes = Routes()
        routes.post("/api/v1/statements", .submit) { request, _ in try await submit(request) }
        routes.get("/api/v1/statements", .statements(origin: agreement.log.origin)) { request, _ in
            try await statements(request)
        }
        routes.get("/api/v1/statements/:index", .statement) { _, context in
            try await statement(index(context))
        }
        routes.get("/api/v1/receipts/:index", .receipt) { _, context in
            try await receipt(index(context))
        }
        routes.get("/api/v1/agreement", .agreement) { _, _ in
            .bytes(agreement.text.canonicalBytes, "application/json")
        }
        routes.get("/api/v1/state", .stateAt) { request, _ in try await state(request) }
        routes.get("/api/v1/order", .order) { _, _ in try await order() }
        routes.get("/api/v1/orders", .orders) { _, _ in try await orders() }
        routes.get("/api/v1/monitors", .monitors) { _, _ in
            .json(await sequencer.read { $0.monitorChain.json })
        }
        routes.get("/api/v1/proposal", .proposal) { _, _ in try await proposal() }
        routes.get("/api/v1/events", .events) { request, _ in try await events(request) }
        routes.post("/api/v1/mailbox", .sendMail) { request, _ in try await send(request) }
        routes.post("/api/v1/mailbox/collect", .collectMail) { request, _ in
            try await collect(request)
        }
        routes.get("/checkpoint", .checkpoint) { _, _ in try await checkpoint() }
        routes.get("/tile/**", .tile("^(entries|[0-9]|[1-5][0-9]|6[0-3])$", example: "0")) {
            _, context in try await tile(context.parameters.getCatchAll())
        }
        routes.get("/metrics", .metrics) { _, _ in .text(Array(await gauges().utf8)) }
        routes.get("/healthz", .alive) { _, _ in .text(Array("ok\n".utf8)) }
        routes.get("/readyz", .ready) { _, _ in try await ready() }
        addPages(to: &routes)
        return routes.described(
            title: "Standstill log node: \(agreement.name)",
            summary: "The log of an agreement. Nothing that it answers has to be believed.")
    }

    private func proposal() async throws -> Response {
        guard let note = await sequencer.read({ $0.newestProposal }) else {
            throw ProblemDocument.noProposalYet
        }
        return .text(note.bytes)
    }

    private func checkpoint() async throws -> Response {
        guard let note = await sequencer.read({ $0.checkpoint }) else {
            throw ProblemDocument.fault("nothing is published yet")
        }
        return .text(note.bytes)
    }

    private func index(_ context: NodeContext) throws -> LogIndex {
        guard let text = context.parameters.get("index"), let value = UInt64(text),
            String(value) == text
        else {
            throw ProblemDocument.notFound("an entry's index is a number without leading zeros")
        }
        return LogIndex(value)
    }

    private func state() async -> State {
        let now = WallClock.now()
        return await sequencer.read { $0.state(at: now) }
    }

    /// The state now, or at an instant that has passed.
    private func state(_ request: Request) async throws -> Response {
        let asked = try request.query("at", "a time such as 2026-11-21T20:00:00Z, or milliseconds")
        {
            text in plainNumber(text).map { Time(milliseconds: Int64($0)) } ?? Time(text)
        }
        guard let asked else { return .json(await state().json) }
        let now = WallClock.now()
        switch await sequencer.read({ $0.past(at: asked, now: now) }) {
        case .future(let now): throw ProblemDocument.future(asked, now)
        case .beforeOpening(let opening):
            throw ProblemDocument.notFound("at \(asked) the log was not open yet: \(opening)")
        case .state(let past):
            let folded = try await pastTurnstile.pass { try await past.folded(over: store) }
            return .json(folded.state.json)
        }
    }

    private func receipt(_ index: LogIndex) async throws -> Response {
        guard let receipt = await sequencer.read({ $0.receipt(of: index) }) else {
            throw ProblemDocument.notFound("the log has no entry \(index)")
        }
        return .text(receipt.bytes)
    }

    private func order() async throws -> Response {
        guard let newest = await sequencer.read({ $0.newestOrder }) else {
            throw ProblemDocument.noOrderYet
        }
        return .text(newest.note.bytes)
    }

    private func orders() async throws -> Response {
        var texts: [String] = []
        var last: String?
        repeat {
            let page = try await store.values(prefix: OrderMarks.epochs, after: last, limit: 256)
            texts += page.map { String(decoding: $0.value, as: UTF8.self) }
            last = page.last?.key
        } while last != nil
        if let newest = await sequencer.read({ $0.newestOrder }) {
            let isListed = try texts.last.map {
                try UnverifiedNote(parsing: Array($0.utf8)).text == newest.note.text
            }
            // The kept copy of the newest may have fewer signatures than were collected since.
            if isListed == true { texts.removeLast() }
            texts.append(String(decoding: newest.note.bytes, as: UTF8.self))
        }
        return .json(.object(["orders": .array(texts.map { .string($0) })]))
    }

    private func tile(_ parts: [Substring]) async throws -> Response {
        let text = "tile/" + parts.joined(separator: "/")
        guard let path = TilePath(path: text) else {
            throw ProblemDocument.notFound("\(text) is no tile's path")
        }
        let size = await sequencer.read { $0.size }
        guard case .entries = path.kind else {
            guard let bytes = await sequencer.read({ $0.tile(path) }) else {
                throw missing(path, size)
            }
            return .tile(bytes)
        }
        guard let bytes = try await entryBundle(path, of: store, upTo: size) else {
            throw missing(path, size)
        }
        return .tile(bytes)
    }

    private func missing(_ path: TilePath, _ size: TreeSize) -> ProblemDocument {
        .notFound("a log of \(size) entries has no \(path)")
    }

    private func ready() async throws -> Response {
        if let why = await sequencer.read({ $0.reasonNotReady }) {
            throw ProblemDocument.fault(why)
        }
        return .text(Array("ready\n".utf8))
    }

    private func gauges() async -> String {
        let (size, heard, order, isReady, isSequencing) = await sequencer.read {
            ($0.size, $0.monitorsHeard, $0.newestOrder?.order, $0.isReady, $0.isSequencing)
        }
        let now = WallClock.now()
        let witnesses = await sequencer.read { $0.witnessesHeard(at: now) }
        return metrics.text(gauges: [
            ("standstill_log_size", Int64(size.value)),
            ("standstill_ready", isReady ? 1 : 0),
            ("standstill_sequencing", isSequencing ? 1 : 0),
            ("standstill_order_epoch", order?.epoch ?? -1),
            ("standstill_order_tick_seconds", (order?.tick.milliseconds ?? 0) / 1000),
            ("standstill_order_signatures", Int64(heard.signed)),
            ("standstill_monitors", Int64(heard.of)),
            ("standstill_witnesses_heard", Int64(witnesses.cosigned)),
            ("standstill_witnesses", Int64(witnesses.of)),
            ("standstill_listeners", Int64(await sequencer.listenerCount)),
        ])
    }
}

/// The bytes of an entry bundle, full or partial; nil where the log does not reach that far.
func entryBundle(_ path: TilePath, of store: any LogStore, upTo size: TreeSize) async throws
    -> [UInt8]?
{
    let (start, overflow) = path.index.multipliedReportingOverflow(by: UInt64(TilePath.fullWidth))
    guard !overflow, start < size.value, size.value - start >= UInt64(path.width) else {
        return nil
    }
    let leaves = try await store.leaves(from: LogIndex(start), limit: path.width)
    return leaves.count == path.width ? EntryBundle.encode(leaves) : nil
}
