// SPDX-License-Identifier: Apache-2.0

import Client
import Foundation
import Testing
import TransparencyLog

/// The real program, on a disk that fails call by call: whatever it acknowledged is there
/// afterwards, in a store that opens and checks out.
@Suite(
    .enabled(if: NodeProcess.canRun, "standstill-node is not built beside these tests"),
    .enabled(if: Injection.canRun, "strace is not installed, or may not trace"))
struct FaultInjectionTests {
    /// Starts the node again on a disk that works, and looks at what is there.
    ///
    /// - Parameter isMade: whether the store was there before the fault.
    private static func check(
        _ folder: URL, _ acknowledged: Acknowledged, _ injection: Injection, isMade: Bool
    ) async throws {
        if isMade { try checkStore(folder, injection) }
        let node = try await NodeProcess(in: folder)
        try await acknowledged.check(node.client)
        await acknowledged.load(node.client, from: 9_000_000, senders: 2, most: 2)
        try await acknowledged.check(node.client)
        node.kill()
        try checkStore(folder, injection)
    }

    private static func checkStore(_ folder: URL, _ injection: Injection) throws {
        let fsck = try NodeProcess.fsck(in: folder)
        #expect(fsck.code == 0, "\(injection): \(fsck.text)")
    }

    @Test(arguments: Injection.whileStarting)
    func `a fault while a store is made leaves one that opens`(_ injection: Injection) async throws
    {
        let folder = try NodeProcess.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let acknowledged = Acknowledged()
        let tracer = Tracer(injection, in: folder)
        if let node = try? await NodeProcess(in: folder, under: tracer) {
            await acknowledged.load(node.client, from: 1_000_000, senders: 2, most: 3)
            node.kill()
        }
        #expect(try await tracer.touched() > 0, "\(injection): it never came to that")
        try await FaultInjectionTests.check(folder, acknowledged, injection, isMade: false)
    }

    @Test(arguments: Injection.whileRunning)
    func `a fault between statements loses none that was acknowledged`(_ injection: Injection)
        async throws
    {
        try await check(whileRunning: injection, Acknowledged(), senders: 4, most: 15)
    }

    @Test(arguments: Injection.whileMoving)
    func `a fault while the journal is moved into the database loses nothing`(
        _ injection: Injection
    ) async throws {
        let long = String(repeating: "heard ", count: 1300)
        try await check(whileRunning: injection, Acknowledged(saying: long), senders: 8, most: 40)
    }

    private func check(
        whileRunning injection: Injection, _ acknowledged: Acknowledged, senders: Int64,
        most: Int64
    ) async throws {
        let folder = try NodeProcess.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let node = try await NodeProcess(in: folder)
        await acknowledged.load(node.client, from: 0, senders: 1, most: 3)
        let tracer = Tracer(injection, in: folder)
        try await tracer.attach(to: node.process.processIdentifier)
        await acknowledged.load(node.client, from: 1_000_000, senders: senders, most: most)
        let survivor = node.process.isRunning
        if survivor, case .error = injection.fault {
            try await FaultInjectionTests.checkHonesty(node.client, injection)
        }
        node.kill()
        tracer.end()
        #expect(try await tracer.touched() > 0, "\(injection): it never came to that")
        try await FaultInjectionTests.check(folder, acknowledged, injection, isMade: true)
    }

    /// A node whose disk failed either goes on as if nothing had been (SQLite may try again later)
    /// or says that it takes no more: it never claims to be ready and refuses.
    private static func checkHonesty(_ client: NodeClient, _ injection: Injection) async throws {
        let status = try await client.get("/readyz").status
        let taken = try? await client.submit(ServerScene.hearing(8_000_000))
        #expect((status == 200) == (taken != nil), "\(injection): /readyz says \(status)")
    }
}
