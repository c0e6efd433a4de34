// SPDX-License-Identifier: Apache-2.0

import Brake
import Client
import Logging
import PauseAgreement
import Roles
import ServiceLifecycle
import Storage
import TransparencyLog

/// Tells webhooks what happens, each at its own pace: one that does not answer holds up nobody
/// else, and never the log.
///
/// A message is sent until its receiver has taken it, and only then the next one: at least once
/// and in order, across restarts.
struct WebhookWorker: Service {
    let hooks: [Webhook]
    let sequencer: LogSequencer
    let store: any LogStore
    let metrics: Metrics
    let logger: Logger

    /// The pause after the first failure; it doubles up to ``longestPause``.
    static let shortestPause: Int64 = 500
    static let longestPause: Int64 = 600_000
    private static let entriesAtOnce = 256

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for hook in hooks { group.addTask { await serve(hook) } }
            }
        }
        // Hooks that want no more are no reason for the node to end.
        try? await gracefulShutdown()
    }

    private func serve(_ hook: Webhook) async {
        guard let wakes = await sequencer.listen() else { return }
        var place: WebhookPlace?
        for await _ in wakes {
            // Until the log is open, nobody can tell what is new; and of several processes only
            // the one that sequences tells it.
            guard await sequencer.read({ $0.isReady && $0.isSequencing }) else { continue }
            do {
                if place == nil {
                    place = try await start(hook)
                    metrics.count("standstill_webhook_starts_total", "hook", hook.name)
                }
                guard var now = place else { continue }
                guard try await catchUp(hook, &now) else { return }
                place = now
            } catch {
                // The store failed; the log says so, too, and the hook goes on where it is kept.
                logger.error("webhook \(hook.name): \(error)")
                place = nil
            }
        }
    }

    // MARK: - Where it stands

    private func start(_ hook: Webhook) async throws -> WebhookPlace {
        if let bytes = try await store.value(WebhookMarks.key(hook.name)) {
            if let place = WebhookPlace(bytes) { return place }
            logger.warning("webhook \(hook.name): its place cannot be read; it begins anew")
        }
        let now = WallClock.now()
        let place = await sequencer.read {
            WebhookPlace(
                size: $0.size, epoch: $0.newestOrder?.order.epoch ?? -1, state: $0.state(at: now))
        }
        try await keep(place, of: hook)
        return place
    }

    private func keep(_ place: WebhookPlace, of hook: Webhook) async throws {
        try await store.replace(WebhookMarks.key(hook.name), with: place.bytes)
    }

    /// Tells everything that is new; false where the hook wants no more, or we are to stop.
    private func catchUp(_ hook: Webhook, _ place: inout WebhookPlace) async throws -> Bool {
        while let step = try await next(for: hook, &place) {
            guard await deliver(step.message, to: hook) else { return false }
            place = step.after
            // What was passed over is not worth a write: it is passed over again.
            try await keep(place, of: hook)
        }
        return !Task.isCancelled
    }

    private func next(for hook: Webhook, _ place: inout WebhookPlace) async throws -> WebhookStep? {
        if let step = await nextEntry(for: hook, &place) { return step }
        if hook.subscriptions.contains(.order),
            let bytes = try await store.values(
                prefix: OrderMarks.epochs,
                after: place.epoch < 0 ? nil : OrderMarks.key(epoch: place.epoch), limit: 1
            ).first?.value,
            let step = hook.step(try UnverifiedNote(parsing: bytes), from: place)
        {
            return step
        }
        guard !hook.subscriptions.isDisjoint(with: [.question, .cause]) else { return nil }
        let now = WallClock.now()
        let state = await sequencer.read { $0.state(at: now) }
        return hook.next(of: state, from: place)
    }

    private func nextEntry(for hook: Webhook, _ place: inout WebhookPlace) async -> WebhookStep? {
        while true {
            let size = place.size
            let entries = await sequencer.read { log in
                (size.value..<log.size.value).prefix(WebhookWorker.entriesAtOnce)
                    .compactMap { log.summary(of: LogIndex($0)) }
            }
            if entries.isEmpty { return nil }
            if let step = hook.next(of: entries, from: &place) { return step }
        }
    }

    // MARK: - Sending

    /// Sends a message until it is taken; false where the hook wants no more, or we are to stop.
    private func deliver(_ message: WebhookMessage, to hook: Webhook) async -> Bool {
        var failures = 0
        while !Task.isCancelled {
            let seconds = WallClock.now().milliseconds / 1000
            let answer = await hook.endpoint.send(message, at: seconds)
            if Task.isCancelled { break }
            switch answer {
            case .taken:
                metrics.count("standstill_webhook_messages_total", "hook", hook.name)
                if failures > 0 { logger.info("webhook \(hook.name): it answers again") }
                return true
            case .gone:
                logger.warning("webhook \(hook.name): it wants no more (410), until a restart")
                return false
            case .refused, .unreachable:
                metrics.count("standstill_webhook_failures_total", "hook", hook.name)
                if failures == 0 { logger.warning("webhook \(hook.name): \(answer)") }
            }
            let most = WebhookWorker.pause(after: failures)
            failures += 1
            // Spread, so that hooks of one receiver do not come back all at once.
            try? await Task.sleep(for: .milliseconds(Int64.random(in: most / 2...most)))
        }
        return false
    }

    /// The longest pause after that many failures before, in milliseconds.
    static func pause(after failures: Int) -> Int64 {
        min(longestPause, shortestPause << Int64(min(failures, 20)))
    }
}

/// Names of the marks that webhooks' places are kept under.
enum WebhookMarks {
    static func key(_ name: String) -> String { "webhook/" + name }
}
