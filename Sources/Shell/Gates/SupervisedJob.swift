// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How a job's command ended.
public enum JobEnd: Hashable, Sendable {
    case code(Int32)
    case signal(Int32)

    /// What a shell would report: the code, or 128 and the signal's number.
    public var exitCode: Int32 {
        switch self {
        case .code(let code): code
        case .signal(let number): 128 + number
        }
    }
}

/// The command could not be started.
public struct CannotStart: Error, CustomStringConvertible {
    public let command: String
    public let cause: String

    public var description: String { "\(command): cannot be started: \(cause)" }
}

/// A job's command as a child process in a process group of its own, so that all of it can be held.
///
/// What leaves the group (`setsid`) leaves the gate: sites that need more give each job a cgroup.
public final class SupervisedJob: Sendable {
    /// The process, and also its group.
    public var processID: Int32 { process.id }
    private let process: Process
    private let exit: Task<JobEnd, Never>

    /// A process, until it was waited for: from then on its number may be somebody else's.
    private final class Process: Sendable {
        let id: pid_t
        let isOurs = Mutex(true)

        init(_ id: pid_t) { self.id = id }

        /// Sends a signal while the number is sure to be ours.
        func send(_ signal: Int32, toGroup: Bool) {
            isOurs.withLock { isOurs in
                if isOurs { _ = kill(toGroup ? -id : id, signal) }
            }
        }

        /// Takes the end of a process that has ended; nothing of its group is left behind.
        func reap() -> JobEnd {
            isOurs.withLock { isOurs in
                // While it is not reaped, no other process or group can have its number.
                _ = kill(-id, SIGKILL)
                isOurs = false
                var status: Int32 = 0
                while waitpid(id, &status, 0) < 0, errno == EINTR {}
                let signal = status & 0x7F
                return signal == 0 ? .code((status >> 8) & 0xFF) : .signal(signal)
            }
        }
    }

    /// Starts a command; its first word is looked for in PATH. Standard streams are the gate's own.
    public static func start(_ command: [String]) throws(CannotStart) -> SupervisedJob {
        precondition(!command.isEmpty, "a command has at least one word")
        var process: pid_t = 0
        let status = spawn(command, &process)
        guard status == 0 else {
            throw CannotStart(command: command[0], cause: String(cString: strerror(status)))
        }
        return SupervisedJob(process)
    }

    private init(_ id: pid_t) {
        let process = Process(id)
        self.process = process
        let ended = AsyncStream<Void>.makeStream()
        // Waiting blocks a thread, so it has one of its own.
        Thread.detachNewThread {
            SupervisedJob.waitUntilEnded(id)
            ended.continuation.finish()
        }
        exit = Task {
            for await _ in ended.stream {}
            return process.reap()
        }
    }

    /// How it ended. What it left running in its group is killed first: nothing outlives its
    /// supervision.
    public func end() async -> JobEnd { await exit.value }

    // MARK: - Telling it

    /// Asks the command itself to save its work; its children are its own affair.
    public func save(with signal: Int32) { process.send(signal, toGroup: false) }

    /// Stops the whole group where it stands; its memory stays.
    public func hold() { process.send(SIGSTOP, toGroup: true) }

    public func goOn() { process.send(SIGCONT, toGroup: true) }

    /// Passes on a signal to end, and wakes the group so that it can obey.
    public func stop(with signal: Int32) {
        process.send(signal, toGroup: true)
        process.send(SIGCONT, toGroup: true)
    }

    // MARK: - The system

    /// Signals that the gate handles or ignores, and that a job must find as they were.
    private static let ownSignals = [
        SIGTERM, SIGINT, SIGHUP, SIGPIPE, SIGUSR1, SIGUSR2, SIGCHLD, SIGQUIT,
    ]

    private static func spawn(_ command: [String], _ process: inout pid_t) -> Int32 {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for signal in ownSignals { sigaddset(&signals, signal) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = Int32(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK)
        posix_spawnattr_setflags(&attributes, Int16(flags))

        let environment = ProcessInfo.processInfo.environment.map { "\($0)=\($1)" }.sorted()
        var words = command.map { strdup($0) } + [nil]
        var variables = environment.map { strdup($0) } + [nil]
        defer { (words + variables).forEach { free($0) } }
        return posix_spawnp(&process, command[0], nil, &attributes, &words, &variables)
    }

    /// Returns once the process has ended, without taking its end away from `reap`.
    private static func waitUntilEnded(_ process: pid_t) {
        var information = siginfo_t()
        while waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
    }
}
