// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Enforcement
import Gates
import PauseAgreement
import Storage
import TransparencyLog

struct GateCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say whether a job may run now, and why.",
        discussion: """
            Decides by the order in the gate's folder; with --node or --monitor it first asks for a newer \
            one. Exit 0 where the job may start (or, with "running": true, go on), 1 where it may not, 2 \
            where no gate ever kept an order there and nobody was asked.

              standstill gate check job.json --agreement pause.yaml \\
                --party developer-a --store gate
              standstill gate check job.json --agreement pause.yaml \\
                --party developer-a --store gate --node https://log.example --json

            A job is JSON: {"job": "run-17", "activity": "pre-training", "compute": "3e25 FLOP", \
            "tenant": "internal"}; further members are "model" and "parents" (SHA-256 of checkpoints) and \
            "running". The label alone frees nothing: work called serving is serving only for outside users \
            and with a model that was released before the order.
            """)

    @Argument(help: ArgumentHelp("The job's request.", valueName: "job.json"))
    var job: String

    @OptionGroup var options: GateOptions

    @Option(help: ArgumentHelp("The log node's address.", valueName: "url"))
    var node: String?

    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws {
        if let node { try GateOptions.validate(node, of: "--node") }
    }

    func run() async throws {
        let gate = try options.gate()
        let job = try GateOptions.readJob(job, under: gate.agreement)
        let order = try await order(under: gate.agreement)
        let lease = OrderStore(reading: options.store).recallLease(of: job)
        lease.alarms.forEach { printError("alarm: \($0)") }
        let verdict = gate.decide(job, order: order, allowedUntil: lease.allowedUntil, now: .now)
        if json { printJSON(.object(verdict.json)) } else { print(verdict.sentence) }
        guard verdict.letsRun else { throw ExitCode(1) }
    }

    private func order(under agreement: Agreement) async throws(Failure) -> BelievedOrder? {
        let isAsking = node != nil || !options.monitor.isEmpty
        guard isAsking || OrderStore.exists(at: options.store) else {
            let failure = Failure.unknown(
                "\(options.store): no gate ever kept an order there, and nobody was asked for one",
                hint: "name the log node with --node")
            if json { CheckOutcome.reportFailure(failure) }
            throw failure
        }
        let store = OrderStore(reading: options.store)
        let kept = store.recall(under: agreement)
        kept.alarms.forEach { printError("alarm: \($0)") }
        guard isAsking else { return kept.order }
        // While another gate has the folder, that one keeps the orders.
        let writing = try? OrderStore(writing: options.store)
        let follower = OrderFollower(
            agreement: agreement, believed: kept.order, chain: kept.monitors,
            node: try node.map { (url) throws(Failure) in try GateOptions.client(url) },
            monitors: try options.monitors(), store: writing, now: { .now },
            tell: { news in
                if case .alarm(let alarm) = news { printError("alarm: \(alarm)") }
            })
        await follower.ask()
        return await follower.believed
    }
}
