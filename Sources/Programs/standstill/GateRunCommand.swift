// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Client
import Enforcement
import Gates
import PauseAgreement
import Storage
import TransparencyLog

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

struct GateRunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Follow the orders; with a command, run it as far as they allow.",
        discussion: """
            Prints one line whenever the order changes, until it is told to end (SIGTERM). With a job and \
            its command, it first decides: a refused job ends with 1. An admitted one runs as a child in a \
            process group of its own: it gets SIGUSR1 when it has to save its work, is stopped where it \
            stands (SIGSTOP) when its lease ends, goes on when an order allows it again, and its exit code \
            is the gate's. It writes where the gate writes.

              standstill gate run --agreement pause.yaml --party developer-a \\
                --store gate --node https://log.example \\
                --monitor https://monitor-1.example
              standstill gate run --agreement pause.yaml --party developer-a \\
                --store gate-17 --node https://log.example \\
                --job run-17.json -- python train.py

            The command must handle the save signal: by default SIGUSR1 ends a process that does not. What \
            is left of its process group when it ends is killed. One folder serves one running gate.
            """)

    @Option(help: ArgumentHelp("The log node's address.", valueName: "url"))
    var node: String

    @OptionGroup var options: GateOptions

    @Option(help: ArgumentHelp("A name for this place, repeated in JSON lines.", valueName: "name"))
    var site: String?

    @Option(help: ArgumentHelp("The request for the command's job.", valueName: "job.json"))
    var job: String?

    @Option(help: "What tells the command to save its work.")
    var saveSignal = SaveSignal.usr1

    @Option(
        help: ArgumentHelp("How long the command may take to end when told to.", valueName: "span"))
    var stopGrace = "10 s"

    @Flag(help: "Print one JSON object a line.")
    var json = false

    @Argument(
        parsing: .postTerminator, help: ArgumentHelp("The command, after --.", valueName: "command")
    )
    var command: [String] = []

    func validate() throws {
        try GateOptions.validate(node, of: "--node")
        guard (job == nil) == command.isEmpty else {
            throw ValidationError("--job and a command after -- belong together: both or neither")
        }
        guard TimeSpan(stopGrace) != nil else {
            throw ValidationError("--stop-grace \(stopGrace): expected a time such as '10 s'")
        }
    }

    func run() async throws {
        let gate = try options.gate()
        let request = try job.map { (path) throws(Failure) in
            try GateOptions.readJob(path, under: gate.agreement)
        }
        let report = GateReport(json: json, site: site)
        let store = try await openStore()
        let kept = store.recall(under: gate.agreement)
        kept.alarms.forEach(report.alarm)
        if let order = kept.order { report.order(order, from: store.folder) }

        let (orders, sink) = AsyncStream<BelievedOrder>.makeStream(
            bufferingPolicy: .bufferingNewest(1))
        let follower = OrderFollower(
            agreement: gate.agreement, believed: kept.order, chain: kept.monitors,
            node: try GateOptions.client(node), monitors: try options.monitors(), store: store,
            now: { .now },
            tell: { news in
                switch news {
                case .order(let order, let source):
                    report.order(order, from: source)
                    sink.yield(order)
                case .alarm(let alarm): report.alarm(alarm)
                }
            })
        guard let request else { return await follow(follower) }
        let end = try await supervise(
            request.asNew, gate: gate, follower: follower, orders: orders, store: store,
            report: report)
        guard end.exitCode == 0 else { throw ExitCode(end.exitCode) }
    }

    private func openStore() async throws(Failure) -> OrderStore {
        // A `gate check` that asks around holds the folder for moments only.
        let end = ContinuousClock.now + .seconds(5)
        while true {
            do throws(StorageFault) {
                return try OrderStore(writing: options.store)
            } catch {
                guard error.code == .inUse else { throw .fault("\(error)") }
                guard ContinuousClock.now < end else {
                    throw .notPermitted(
                        "\(options.store): another gate is running with this folder",
                        hint: "give each running gate a --store of its own")
                }
            }
            try? await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Follows until somebody asks it to end.
    private func follow(_ follower: OrderFollower) async {
        let signals = EndSignals()
        let following = Task { await follower.follow() }
        for await _ in signals.received { break }
        following.cancel()
    }

    private func supervise(
        _ job: Job, gate: Gate, follower: OrderFollower, orders: AsyncStream<BelievedOrder>,
        store: OrderStore, report: GateReport
    ) async throws -> JobEnd {
        await follower.ask()
        let order = await follower.believed
        let verdict = gate.decide(job, order: order, allowedUntil: nil, now: .now)
        report.decision(on: job, verdict)
        guard verdict.letsRun else { throw ExitCode(1) }

        // From before the child is there, so that no signal to end can miss it.
        let signals = EndSignals()
        let child: SupervisedJob
        do throws(CannotStart) { child = try SupervisedJob.start(command) } catch {
            throw Failure.fault("\(error)")
        }
        let supervision = Supervision(
            of: job, child: child, gate: gate, order: order, store: store,
            saveSignal: saveSignal.number, now: { .now },
            tell: { news in
                switch news {
                case .turn(let conduct, let verdict): report.turn(of: job, conduct, verdict)
                case .alarm(let alarm): report.alarm(alarm)
                }
            })
        let grace = Duration.milliseconds(TimeSpan(stopGrace)!.milliseconds)
        let tasks = [
            Task { await follower.follow() },
            Task { for await order in orders { await supervision.receive(order) } },
            Task {
                for await signal in signals.received {
                    Task { await supervision.stop(with: signal, grace: grace) }
                }
            },
        ]
        let end = await supervision.run()
        tasks.forEach { $0.cancel() }
        report.end(of: job, end)
        return end
    }
}

extension Job {
    /// A command that is about to start does not run yet, whatever its request says.
    fileprivate var asNew: Job {
        Job(
            id: id, activity: activity, compute: compute, model: model, parents: parents,
            tenant: tenant,
            running: false)
    }
}

/// What a command can be told to save with.
enum SaveSignal: String, ExpressibleByArgument, CaseIterable {
    case usr1, usr2, hup, int, term, none

    var number: Int32? {
        switch self {
        case .usr1: SIGUSR1
        case .usr2: SIGUSR2
        case .hup: SIGHUP
        case .int: SIGINT
        case .term: SIGTERM
        case .none: nil
        }
    }

    /// `USR1`, `SIGUSR1` and `usr1` are one.
    init?(argument: String) {
        let name = argument.lowercased()
        self.init(rawValue: name.hasPrefix("sig") ? String(name.dropFirst(3)) : name)
    }
}
