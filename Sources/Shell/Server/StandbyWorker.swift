// SPDX-License-Identifier: Apache-2.0

import Logging
import PauseAgreement
import Roles
import ServiceLifecycle
import Storage
import TransparencyLog

/// Does what a ``Standby`` wants done: asks the database for the tenure, reads along, tells the
/// operator when to begin and when to stop. It decides nothing.
struct StandbyWorker: Service {
    let shared: SharedLog
    let logger: Logger
    private let reading = Alarm()
    private let takingIn = Alarm()

    /// How often the role is told the time.
    private static let beat = Duration.milliseconds(200)
    /// News may be lost: after so many beats the store is looked at anyway.
    private static let beatsUnheard = 3

    /// Wakes one task; being woken twice is as good as once.
    private struct Alarm {
        let rings: AsyncStream<Void>
        let bell: AsyncStream<Void>.Continuation

        init() { (rings, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }
    }

    init(shared: SharedLog, logger: Logger) {
        self.shared = shared
        self.logger = logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await keepTime() }
                group.addTask { await listen() }
                group.addTask { await readAlong() }
                group.addTask { await takeIn() }
                await steer(&group)
                group.cancelAll()
            }
        }
    }

    private func keepTime() async {
        var beats = 0
        while !Task.isCancelled {
            try? await Task.sleep(for: StandbyWorker.beat)
            let isHalted = await shared.sequencer.read { $0.reasonHalted != nil }
            shared.tell(isHalted ? .halted : .clock)
            beats += 1
            if beats % StandbyWorker.beatsUnheard == 0 { wake() }
        }
    }

    private func listen() async {
        for await news in shared.store.news() {
            if news == .released { shared.tell(.released) }
            wake()
        }
    }

    private func wake() {
        reading.bell.yield()
        takingIn.bell.yield()
    }

    private func readAlong() async {
        var trouble: String?
        for await _ in reading.rings {
            guard await !shared.sequencer.read({ $0.isSequencing }) else { continue }
            do {
                try await shared.follow()
                trouble = nil
            } catch {
                // Said once, however long it lasts.
                if trouble != "\(error)" { logger.warning("\(error)") }
                trouble = "\(error)"
            }
        }
    }

    /// What only the one that sequences does for the others.
    private func takeIn() async {
        var kept: UnverifiedNote?
        for await _ in takingIn.rings {
            guard await shared.sequencer.read({ $0.isSequencing }) else { continue }
            do {
                let newest = await shared.sequencer.read { $0.cosignedCheckpoint }
                if let newest, newest != kept {
                    try await shared.store.replace(SharedMarks.checkpoint, with: newest.bytes)
                    kept = newest
                }
                try await shared.takeIn()
            } catch {
                logger.warning("\(error)")
            }
        }
    }

    /// Hands the role its events one after another, and does what it wants.
    private func steer(_ group: inout DiscardingTaskGroup) async {
        var role = Standby(
            span: TimeSpan(milliseconds: Tenure.spanMilliseconds),
            pace: TimeSpan(milliseconds: Tenure.paceMilliseconds), now: WallClock.now())
        for await event in shared.events {
            for action in role.receive(event, now: WallClock.now()) {
                await perform(action, &group)
            }
        }
    }

    private func perform(_ action: Standby.Action, _ group: inout DiscardingTaskGroup) async {
        switch action {
        case .take: group.addTask { await take() }
        case .catchUp(let epoch): group.addTask { await catchUp(epoch) }
        case .begin: await shared.sequencer.receive(.started)
        case .renew(let epoch): group.addTask { await renew(epoch) }
        case .standDown: await shared.sequencer.receive(.stoodDown)
        case .release: group.addTask { try? await shared.store.tenure.release() }
        case .report(let report): logger.write(report)
        }
    }

    private func take() async {
        let epoch = try? await shared.store.tenure.take()
        shared.tell(.taken(epoch: epoch))
    }

    private func catchUp(_ epoch: Int64) async {
        do {
            try await shared.follow()
            shared.tell(.caughtUp(epoch: epoch))
        } catch {
            shared.tell(.failed("\(error)"))
        }
    }

    private func renew(_ epoch: Int64) async {
        let isOurs = try? await shared.store.tenure.renew()
        shared.tell(.renewed(epoch: epoch, isOurs))
    }
}
