// SPDX-License-Identifier: Apache-2.0

import Client
import Foundation
import PauseAgreement
import Testing
import TransparencyLog

@Suite(.enabled(if: NodeProcess.canRun, "standstill-node is not built beside these tests"))
struct NodeProcessTests {
    @Test
    func `whatever was acknowledged is there after a kill at any moment, with the same receipt`()
        async throws
    {
        let folder = try NodeProcess.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let acknowledged = Acknowledged()
        for round in 1...4 {
            let node = try await NodeProcess(in: folder)
            let client = node.client
            let load = Task {
                await acknowledged.load(client, from: Int64(round) * 1_000_000, most: .max)
            }
            try await Task.sleep(for: .milliseconds(150 + 130 * round))
            node.kill()
            await load.value
        }
        #expect(await acknowledged.all.count > 40)
        let node = try await NodeProcess(in: folder)
        try await acknowledged.check(node.client)
    }

    @Test func `it says where it listens, and ends within a second though somebody listens to it`()
        async throws
    {
        let folder = try NodeProcess.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let node = try await NodeProcess(in: folder)
        #expect(
            node.firstLine.wholeMatch(of: /listening on http:\/\/127\.0\.0\.1:[1-9][0-9]*\n/) != nil
        )
        let client = node.client
        let (heard, told) = AsyncStream<Void>.makeStream()
        let listener = Task {
            for await news in client.events() where news == .connected { told.yield() }
        }
        for await _ in heard { break }
        let time = node.stop()
        listener.cancel()
        #expect(time < .seconds(1), "\(time)")
        #expect(node.process.terminationStatus == 0)
    }
}
