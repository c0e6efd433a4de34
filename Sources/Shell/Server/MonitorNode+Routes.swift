// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import PauseAgreement
import Roles
import Storage
import TransparencyLog

// MARK: - What a monitor answers

extension MonitorNode {
    /// Proposals and checkpoints with their signatures and proofs.
    static let largestBody = 65_536

    var routes: Routes {
        var routes = Routes()
        routes.post("/add-checkpoint", .addCheckpoint) { request, _ in
            let body = try await request.bytes(atMost: MonitorNode.largestBody)
            return try .cosigning(await keeper.addCheckpoint(body))
        }
        routes.post("/api/v1/statements", .holdStatement) { request, _ in
            try await holdStatement(request)
        }
        routes.post("/api/v1/propose", .propose) { request, _ in try await propose(request) }
        routes.get("/api/v1/order", .ownOrder) { _, _ in
            guard let order = await keeper.read({ $0.newestOrder }) else {
                throw ProblemDocument.noOrderYet
            }
            return .text(order.note.bytes)
        }
        routes.get("/api/v1/proposal", .proposal) { _, _ in
            guard let known = await keeper.read({ $0.newestProposal }) else {
                throw ProblemDocument.noProposalYet
            }
            return .text(known.note.bytes)
        }
        routes.get("/api/v1/monitors", .monitors) { _, _ in
            .json(await keeper.read { $0.monitorChain.json })
        }
        routes.get("/api/v1/state", .state) { _, _ in
            let now = WallClock.now()
            return .json(await keeper.read { $0.state(at: now) })
        }
        routes.get("/checkpoint", .cosignedCheckpoint) { _, _ in try await checkpoint() }
        let hash = Digest.sha256(Array(agreement.log.origin.utf8)).hex
        routes.get("/\(hash)/checkpoint", .checkpointOfOwnLog) { _, _ in try await checkpoint() }
        routes.get("/tile/entries/**", .entryBundle) { _, context in
            try await entries(context.parameters.getCatchAll())
        }
        routes.get("/metrics", .metrics) { _, _ in .text(Array(await gauges().utf8)) }
        routes.get("/healthz", .alive) { _, _ in .text(Array("ok\n".utf8)) }
        routes.get("/readyz", .ready) { _, _ in
            if let why = await keeper.read({ $0.distrust }) { throw ProblemDocument.fault(why) }
            guard await keeper.read({ $0.isReady }) else { throw ProblemDocument.fault("starting") }
            return .text(Array("ready\n".utf8))
        }
        return routes.described(
            title: "Standstill monitor: \(agreement.name)",
            summary: "Replays the law over a log, and signs the orders that follow.")
    }

    private func propose(_ request: Request) async throws -> Response {
        let body = try await request.bytes(atMost: MonitorNode.largestBody)
        switch await keeper.propose(body) {
        case .signed(let note): return .text(note.bytes)
        case .refused(let refusal, let why): throw ProblemDocument.refused(refusal, why)
        }
    }

    private func checkpoint() async throws -> Response {
        guard let note = await keeper.read({ $0.checkpoint }) else {
            throw ProblemDocument.notFound("no checkpoint was cosigned yet")
        }
        return .text(note.bytes)
    }

    private func entries(_ parts: [Substring]) async throws -> Response {
        let text = "tile/entries/" + parts.joined(separator: "/")
        let size = await keeper.read { $0.size }
        guard let path = TilePath(path: text),
            let bytes = try await entryBundle(path, of: store, upTo: size)
        else {
            throw ProblemDocument.notFound("\(text) is no entry bundle of a log of \(size) entries")
        }
        return .tile(bytes)
    }

    private func gauges() async -> String {
        let now = WallClock.now()
        let (size, order, isReady, silent, unlogged) = await keeper.read {
            ($0.size, $0.newestOrder?.order, $0.isReady, $0.silentSince, $0.unlogged(at: now))
        }
        return metrics.text(gauges: [
            ("standstill_log_size", Int64(size.value)),
            ("standstill_ready", isReady ? 1 : 0),
            ("standstill_order_epoch", order?.epoch ?? -1),
            ("standstill_order_tick_seconds", (order?.tick.milliseconds ?? 0) / 1000),
            ("standstill_node_silent_since_seconds", (silent?.milliseconds ?? 0) / 1000),
            ("standstill_held_statements", Int64(unlogged.held)),
            ("standstill_held_overdue", Int64(unlogged.overdue)),
        ])
    }
}

extension Response {
    /// What C2SP tlog-witness says to a request.
    static func cosigning(_ answer: Witness.Cosigning) throws -> Response {
        if let problem = ProblemDocument.refused(answer) { throw problem }
        switch answer {
        case .expected(let size):
            return .bytes(Array("\(size)\n".utf8), "text/x.tlog.size", status: .conflict)
        case .cosigned(let signature): return .text(Array(signature.line.utf8))
        default: throw ProblemDocument.internalError
        }
    }
}
