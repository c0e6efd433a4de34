// SPDX-License-Identifier: Apache-2.0

import Foundation
import Gates
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Real commands, started, told and waited for.
@Suite(.enabled(if: Child.canBeSeen, "skipped: there is no /proc here"), .timeLimit(.minutes(5)))
struct SupervisedJobTests {
    private let folder = Folder()

    @Test func `its exit code is the command's`() async throws {
        for code in [0, 1, 42, 255] as [Int32] {
            let job = try SupervisedJob.start(["sh", "-c", "exit \(code)"])
            let end = await job.end()
            #expect(end == .code(code))
            #expect(end.exitCode == code)
        }
    }

    @Test func `a death by signal is told as a shell tells it`() async throws {
        let job = try SupervisedJob.start(["sh", "-c", "kill -KILL $$"])
        let end = await job.end()
        #expect(end == .signal(SIGKILL))
        #expect(end.exitCode == 137)
    }

    @Test func `a command that is not there cannot be started`() {
        do throws(CannotStart) {
            _ = try SupervisedJob.start(["no-such-command-\(UUID())"])
            Issue.record("started")
        } catch {
            #expect("\(error)".contains("cannot be started: No such file"))
        }
    }

    @Test func `words and environment arrive as they are`() async throws {
        let script = #"printf '%s|' "$@" > "$0"; printf '%s' "$PATH" >> "$0""#
        let words = ["a b", "", "$HOME", "é\n"]
        let job = try SupervisedJob.start(["sh", "-c", script, folder.path + "/words"] + words)
        #expect(await job.end() == .code(0))
        let expected =
            words.map { $0 + "|" }.joined() + (ProcessInfo.processInfo.environment["PATH"] ?? "")
        #expect(folder.read("words").map { String(decoding: $0, as: UTF8.self) } == expected)
    }

    @Test func `it has a process group of its own, which is held and goes on as a whole`()
        async throws
    {
        let job = try SupervisedJob.start(["sh", "-c", "sleep 600 & sleep 600 & wait"])
        defer { job.stop(with: SIGKILL) }
        #expect(Child.group(of: job.processID) == job.processID)
        #expect(job.processID != getpgrp())
        await eventually("three processes") { Child.states(ofGroup: job.processID).count == 3 }
        job.hold()
        await eventually("all of them stopped") {
            Child.states(ofGroup: job.processID) == ["T", "T", "T"]
        }
        job.goOn()
        await eventually("none of them stopped") {
            let states = Child.states(ofGroup: job.processID)
            return states.count == 3 && !states.contains("T")
        }
    }

    @Test func `it is asked to save, and goes on`() async throws {
        let job = try SupervisedJob.start(Child.saving(in: folder))
        await eventually("it is ready") { folder.read("ready") != nil }
        job.save(with: SIGUSR1)
        await eventually("it has saved") { folder.read("saved") != nil }
        #expect(Child.states(ofGroup: job.processID).contains { $0 != "T" })
        job.stop(with: SIGTERM)
        #expect(await job.end() == .code(7))
        #expect(folder.read("ended") != nil)
    }

    @Test func `a held job that is told to end can still do so`() async throws {
        let job = try SupervisedJob.start(Child.saving(in: folder))
        await eventually("it is ready") { folder.read("ready") != nil }
        job.hold()
        await eventually("it is held") { Child.isHeld(group: job.processID) }
        job.stop(with: SIGTERM)
        #expect(await job.end() == .code(7))
    }

    @Test func `nothing of it outlives it`() async throws {
        let job = try SupervisedJob.start(["sh", "-c", "trap '' TERM HUP; sleep 600 & exit 3"])
        #expect(await job.end() == .code(3))
        await eventually("the group is empty") { Child.states(ofGroup: job.processID).isEmpty }
        // Its number may be somebody else's by now: nothing is sent any more.
        job.hold()
        job.stop(with: SIGKILL)
    }

    @Test func `signals that the gate ignores are not ignored by the job`() async throws {
        let before = signal(SIGUSR2, SIG_IGN)
        defer { signal(SIGUSR2, before) }
        let job = try SupervisedJob.start(["sh", "-c", "kill -USR2 $$; exit 0"])
        #expect(await job.end() == .signal(SIGUSR2))
    }
}
