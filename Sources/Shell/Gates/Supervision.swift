// SPDX-License-Identifier: Apache-2.0

public import Enforcement
public import PauseAgreement
import Storage
import TransparencyLog

public import enum Enforcement.Verdict

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Does to a running job what the gate decides: lets it go on, has it save, holds it.
public actor Supervision {
    /// What the job is doing, as far as the gate told it.
    public enum Conduct: String, Sendable {
        case running, saving, held
    }

    public enum News: Sendable {
        /// The job was told something else than before.
        case turn(Conduct, Verdict)
        case alarm(GateAlarm)
    }

    private let gate: Gate
    private let job: Job
    private let child: SupervisedJob
    private let store: OrderStore
    /// Nil where the job does not want to be told.
    private let saveSignal: Int32?
    private let now: @Sendable () -> Time
    private let tell: @Sendable (News) -> Void

    private var order: BelievedOrder?
    private var allowedUntil: Time?
    private var conduct = Conduct.running
    private var told: Verdict?
    private var isEnding = false
    private var cannotKeep = false

    /// - Parameter job: as it was admitted; from here on it counts as running.
    public init(
        of job: Job, child: SupervisedJob, gate: Gate, order: BelievedOrder?, store: OrderStore,
        saveSignal: Int32?, now: @escaping @Sendable () -> Time,
        tell: @escaping @Sendable (News) -> Void
    ) {
        self.job = Job(
            id: job.id, activity: job.activity, compute: job.compute, model: job.model,
            parents: job.parents, tenant: job.tenant, running: true)
        self.child = child
        self.gate = gate
        self.order = order
        self.store = store
        self.saveSignal = saveSignal
        self.now = now
        self.tell = tell
    }

    /// Looks after the job until it ends.
    public func run() async -> JobEnd {
        let recalled = store.recallLease(of: job)
        allowedUntil = recalled.allowedUntil
        recalled.alarms.forEach { tell(.alarm($0)) }
        let clock = Task {
            while !Task.isCancelled {
                let pause = consider()
                try? await Task.sleep(for: .milliseconds(pause))
            }
        }
        defer { clock.cancel() }
        return await child.end()
    }

    /// Takes a higher order.
    public func receive(_ order: BelievedOrder) {
        self.order = order
        consider()
    }

    /// Passes on a signal to end; what has not ended after the grace is killed, held or not.
    public func stop(with signal: Int32, grace: Duration) async {
        isEnding = true
        child.stop(with: signal)
        try? await Task.sleep(for: grace)
        child.stop(with: SIGKILL)
    }

    /// Decides and acts; returns after how many milliseconds to look again.
    @discardableResult
    private func consider() -> Int64 {
        guard !isEnding else { return 1000 }
        let time = now()
        let verdict = gate.decide(job, order: order, allowedUntil: allowedUntil, now: time)
        keep(verdict.allowedUntil(after: allowedUntil))
        act(on: verdict)
        let wait: Int64
        switch verdict {
        case .save(let by, _): wait = (by - time).milliseconds + 1
        case .goOn, .hold, .admitted, .refused: wait = 1000
        }
        return min(1000, max(5, wait))
    }

    /// Remembers the lease before anything is done about it: a gate that starts again must not
    /// extend it.
    private func keep(_ next: Time?) {
        guard let next, next != allowedUntil else { return }
        allowedUntil = next
        do throws(StorageFault) {
            try store.keepLease(of: job, allowedUntil: next)
            cannotKeep = false
        } catch {
            if !cannotKeep { tell(.alarm(.cannotKeep(cause: "\(error)"))) }
            cannotKeep = true
        }
    }

    private func act(on verdict: Verdict) {
        let before = conduct
        switch verdict {
        case .goOn, .admitted: conduct = .running
        case .save: conduct = .saving
        case .hold, .refused: conduct = .held
        }
        // Somebody may have woken it: while it is held, it is stopped again at every look.
        if conduct == .held { child.hold() }
        if before == .held, conduct != .held { child.goOn() }
        if before != .saving, conduct == .saving, let saveSignal { child.save(with: saveSignal) }
        guard before != conduct || isNews(verdict) else { return }
        told = verdict
        tell(.turn(conduct, verdict))
    }

    /// Whether people should hear of it: another deadline or another cause, not every new lease.
    private func isNews(_ verdict: Verdict) -> Bool {
        guard let told else { return true }
        if case .save(let by, _) = verdict, case .save(let before, _) = told, by != before {
            return true
        }
        return told.reason.coverage != verdict.reason.coverage
    }
}
