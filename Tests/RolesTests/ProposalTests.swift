// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import Roles
import Testing
import TransparencyLog

struct ProposalTests {
    private let proposal = Proposal(
        agreement: Digest.sha256([1]), size: TreeSize(7), root: Digest.sha256([2]),
        tick: RoleScene.start)

    @Test func `a proposal reads back to itself`() throws {
        #expect(try Proposal(parsing: proposal.text) == proposal)
        #expect(proposal.text.hasPrefix("standstill.example/tick/v1\n{\"agreement\":"))
    }

    @Test func `any other spelling is refused`() {
        let text = proposal.text
        let bad = [
            "", text + "\n", String(text.dropLast()), text.replacing("tick/v1", with: "tick/v2"),
            text.replacing("{\"agreement\"", with: "{ \"agreement\""),
            text.replacing("\"size\":7", with: "\"size\":0"),
            text.replacing("\"size\":7", with: "\"size\":7,\"sizes\":7"),
            text.replacing("\"size\":7", with: "\"size\":\"7\""),
            text.replacing("\"tick\":", with: "\"tick\":-"), "\n" + text,
        ]
        for text in bad {
            #expect(throws: MalformedStatement.self, "\(text)") { try Proposal(parsing: text) }
        }
    }

    @Test func `a monitor's mark reads back to itself`() throws {
        var world = World()
        world.advance(by: 1)
        let mark = try #require(world.disks["monitor-1"]?.mark)
        #expect(try MonitorMark(parsing: mark.bytes) == mark)
        #expect(throws: MalformedStatement.self) {
            try MonitorMark(parsing: Array(mark.bytes.dropLast()))
        }
    }
}
