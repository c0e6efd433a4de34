// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import Roles
import Testing
import TransparencyLog

struct FollowingTests {
    private struct NotLogged: Error {
        let answer: String
    }

    private func logged(_ ticket: Ticket, _ store: SharedStore) throws -> LoggedStatement {
        guard case .logged(let statement, _)? = store.answers[ticket] else {
            throw NotLogged(answer: "\(String(describing: store.answers[ticket]))")
        }
        return statement
    }

    /// One size, one root: whoever signed.
    private func expectNoFork(_ store: SharedStore) {
        for (size, texts) in store.signed { #expect(texts.count == 1, "size \(size)") }
    }

    @Test func `a statement given to one that stands by has the receipt of the one that sequences`()
        throws
    {
        var store = SharedStore(3)
        store.begin(0)
        store.followAll()
        #expect(store.operators.map(\.isSequencing) == [true, false, false])
        let given = store.submit(RoleScene.hearing(1), to: 1)
        #expect(store.answers[given] == nil, "not before it is logged")
        store.takeIn()
        #expect(store.answers[given] == nil, "nor before it was read")
        store.followAll()
        let receipt = try logged(given, store)
        let atSource = store.submit(RoleScene.hearing(1), to: 0)
        let elsewhere = store.submit(RoleScene.hearing(1), to: 2)
        #expect(try logged(atSource, store) == receipt)
        #expect(try logged(elsewhere, store) == receipt)
        #expect(store.operators.map(\.size) == Array(repeating: TreeSize(2), count: 3))
        #expect(Set(store.operators.map { $0.checkpoint?.bytes }).count == 1)
        #expect(
            Set(store.operators.map { $0.state(at: store.now).json.canonicalBytes }).count == 1)
        expectNoFork(store)
    }

    @Test func `whoever takes over knows everything, and logs what it was given itself`() throws {
        var store = SharedStore(2)
        store.begin(0)
        for number in 1...5 { _ = store.submit(RoleScene.hearing(Int64(number)), to: 0) }
        store.followAll()
        let waiting = store.submit(RoleScene.hearing(6), to: 1)
        // The first is gone for good; its successor has read to the end.
        store.begin(1)
        #expect(try logged(waiting, store).index == LogIndex(6))
        let again = store.submit(RoleScene.hearing(3), to: 1)
        #expect(try logged(again, store).index == LogIndex(3))
        #expect(store.leaves.count == 7, "handed over and logged once")
        expectNoFork(store)
    }

    @Test func `one that was stopped in the middle and goes on forks nothing and loses nothing`()
        throws
    {
        var store = SharedStore(2)
        store.begin(0)
        _ = store.submit(RoleScene.hearing(1), to: 0)
        store.paused = [0]
        let halfWay = store.submit(RoleScene.hearing(2), to: 0)
        let queued = store.submit(RoleScene.hearing(3), to: 0)
        #expect(store.stopped[0] != nil)
        store.begin(1)
        let since = store.submit(RoleScene.hearing(4), to: 1)
        #expect(try logged(since, store).index == LogIndex(2))
        // It wakes, and writes what it had in hand.
        let isWritten = store.resume(0)
        #expect(!isWritten, "size and root are not what it believes, nor is the tenure its own")
        store.tell(0, .stoodDown)
        store.takeIn()
        store.followAll()
        #expect(try logged(halfWay, store).index == LogIndex(3))
        #expect(try logged(queued, store).index == LogIndex(4))
        #expect(store.operators[0].readHead == store.operators[1].readHead)
        expectNoFork(store)
    }

    @Test func `an append that was durable though its writer never heard is logged once`() throws {
        var store = SharedStore(2)
        store.begin(0)
        store.paused = [0]
        let asked = store.submit(RoleScene.hearing(1), to: 0)
        // The database has it; the answer came after the writer had stood down.
        store.tell(0, .stoodDown)
        #expect(store.operators[0].pendingHead == nil)
        let isWritten = store.resume(0)
        #expect(isWritten)
        #expect(store.answers[asked] == nil, "the late answer is for nobody")
        store.begin(1)
        store.followAll()
        #expect(try logged(asked, store).index == LogIndex(1))
        #expect(store.leaves.count == 2)
        expectNoFork(store)
    }

    @Test func `a tenure that comes back to the same operator goes on where it was`() throws {
        var store = SharedStore(2)
        for round in 0..<6 {
            store.begin(round % 2)
            _ = store.submit(RoleScene.hearing(Int64(round + 1)), to: 0)
            _ = store.submit(RoleScene.hearing(Int64(round + 100)), to: 1)
            store.takeIn()
            store.followAll()
            store.tell(round % 2, .stoodDown)
        }
        #expect(store.leaves.count == 13)
        #expect(store.answers.count >= 12)
        expectNoFork(store)
    }

    @Test func `one that stands by signs nothing over a store that was put back`() {
        var store = SharedStore(2)
        store.begin(0)
        for number in 1...3 { _ = store.submit(RoleScene.hearing(Int64(number)), to: 0) }
        store.followAll()
        store.forget(after: 2)
        store.follow(1)
        #expect(store.operators[1].reasonHalted?.contains("held 4") == true)
    }

    @Test func `leaves that do not have their head's root are found before anything is signed`() {
        var store = SharedStore(2)
        store.begin(0)
        let before = store.signed
        let other = RoleScene.leaves(2)
        let part = FollowedPart(
            start: .empty, leaves: other,
            heads: [TreeHead(size: TreeSize(2), root: Digest.sha256([1]))],
            head: TreeHead(size: TreeSize(2), root: Digest.sha256([1])), checkpoint: nil, order: nil
        )
        store.tell(1, .followed(part))
        #expect(store.operators[1].reasonHalted != nil)
        #expect(store.signed == before)
    }

    @Test func `a part that was read twice, or too late, is passed over`() {
        var store = SharedStore(2)
        store.begin(0)
        _ = store.submit(RoleScene.hearing(1), to: 0)
        let part = FollowedPart(
            start: .empty, leaves: store.leaves, heads: store.heads, head: store.heads.last!,
            checkpoint: nil, order: nil)
        store.tell(1, .followed(part))
        store.tell(1, .followed(part))
        #expect(store.operators[1].readHead == store.heads.last)
        #expect(store.operators[1].reasonHalted == nil)
    }

    @Test func `a sender is not kept waiting for ever where nobody sequences`() {
        var store = SharedStore(2)
        store.begin(0)
        store.followAll()
        store.tell(0, .stoodDown)
        let waiting = store.submit(RoleScene.hearing(1), to: 1)
        store.now = store.now + 29
        store.tell(1, .clock)
        #expect(store.answers[waiting] == nil)
        store.now = store.now + 1
        store.tell(1, .clock)
        guard case .unable? = store.answers[waiting] else {
            Issue.record("\(String(describing: store.answers[waiting]))")
            return
        }
        // It was kept all the same.
        store.begin(0)
        #expect(store.leaves.count == 2)
    }

    @Test func `what the store does not take is said to its sender`() {
        var store = SharedStore(1)
        let submission = RoleScene.hearing(1)
        let waiting = store.submit(submission, to: 0)
        store.tell(
            0,
            .notTaken(
                signer: submission.signer, payload: submission.envelope.payloadDigest, .busy))
        guard case .busy? = store.answers[waiting] else {
            Issue.record("\(String(describing: store.answers[waiting]))")
            return
        }
    }
}
