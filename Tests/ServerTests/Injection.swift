// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A system call of a node that fails, or at which the node is killed, as strace arranges it.
struct Injection: Sendable, CustomStringConvertible {
    enum Fault: Sendable {
        /// The call is not made and returns an error, such as `EIO`.
        case error(String)
        /// The node is killed instead of the call.
        case killedBefore
        /// The call is made, and the node hears nothing of it.
        case killedAfter
    }

    /// Which of its files the call is about; strace leaves all others alone.
    enum Place: String, Sendable {
        case database = "log.db"
        case journal = "log.db-wal"
        /// What connections to the database share; made anew at each start.
        case shared = "log.db-shm"
        case mark = "log.db.mark"
        case markDraft = "log.db.mark.new"
        case folder = ""
    }

    let call: String
    let place: Place
    let fault: Fault
    /// Which of the calls that one thread makes, from 1: strace counts them thread by thread.
    let when: Int

    /// strace is needed, and leave to trace a process, which not every container gives.
    static let canRun: Bool = {
        if ProcessInfo.processInfo.environment["CI"] != nil { return true }
        let probe = Process()
        probe.executableURL = program
        probe.arguments = ["-f", "-qq", "-o", "/dev/null", "true"]
        guard (try? probe.run()) != nil else { return false }
        probe.waitUntilExit()
        return probe.terminationStatus == 0
    }()

    static let program = URL(filePath: "/usr/bin/strace")

    /// What strace is told, to note in `record` the calls that it touched.
    func arguments(folder: URL, record: URL) -> [String] {
        let how =
            switch fault {
            case .error(let name): "error=\(name)"
            case .killedBefore: "error=EIO:signal=KILL"
            case .killedAfter: "signal=KILL"
            }
        let path = place == .folder ? folder.path : folder.appending(path: place.rawValue).path
        return [
            "-f", "-qq", "-o", record.path, "-P", path, "-e", "trace=\(call)", "-e",
            "inject=\(call):\(how):when=\(when)",
        ]
    }

    var description: String {
        let what = place == .folder ? "the folder" : place.rawValue
        let how =
            switch fault {
            case .error(let name): "fails with \(name)"
            case .killedBefore: "is replaced by a kill"
            case .killedAfter: "is followed by a kill"
            }
        return "\(call) \(when) of \(what) \(how)"
    }
}

// MARK: - What is tried

extension Injection {
    /// Every kind of call that opening or making a store consists of.
    static let whileStarting: [Injection] =
        every("openat", .database, 1...3, [.error("EIO")])
        + every("openat", .journal, 1...2, [.error("ENOSPC")])
        + every("openat", .shared, 1...1, [.error("EIO")])
        + every("ftruncate", .shared, 1...1, [.error("ENOSPC"), .killedAfter])
        + every("pwrite64", .database, 1...1, disk)
        + every("fdatasync", .database, 1...1, [.error("EIO"), .killedBefore])
        + every("pwrite64", .journal, [1, 2, 3, 11], disk)
        + every("fdatasync", .journal, 1...2, [.error("EIO"), .killedBefore])
        + every("fdatasync,fsync", .folder, 1...3, [.error("EIO"), .killedBefore])
        + every("openat", .mark, 1...1, [.error("EIO")])

    /// Every kind of call that a batch consists of, while statements come in.
    static let whileRunning: [Injection] =
        every("pwrite64", .journal, [1, 2, 3, 9, 24], disk)
        + every("fdatasync", .journal, [1, 2, 7], [.error("EIO"), .killedBefore, .killedAfter])
        + every("openat", .markDraft, [1, 6], [.error("EIO"), .error("ENOSPC"), .killedAfter])
        + every("write", .markDraft, [1, 5], disk + [.killedAfter])
        + every("fsync", .markDraft, [1, 6], [.error("EIO"), .killedBefore, .killedAfter])
        + every("rename", .markDraft, [1, 6], [.error("EIO"), .killedBefore, .killedAfter])
        + every("fsync", .folder, [1, 5], [.error("EIO"), .killedBefore, .killedAfter])

    /// What moves the journal's pages into the database, once it is long.
    static let whileMoving: [Injection] =
        every("pwrite64", .database, [1, 100], disk)
        + every("fdatasync", .database, [1], [.error("EIO"), .killedBefore, .killedAfter])

    private static let disk: [Fault] = [.error("EIO"), .error("ENOSPC"), .killedBefore]

    private static func every(
        _ call: String, _ place: Place, _ when: some Sequence<Int>, _ faults: [Fault]
    ) -> [Injection] {
        when.flatMap { number in
            faults.map { Injection(call: call, place: place, fault: $0, when: number) }
        }
    }
}
