// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import Roles
import Testing
import TransparencyLog

/// The cases of C2SP tlog-witness, "add-checkpoint".
struct WitnessTests {
    private let name = "witness.example/w1"
    private let key = RoleScene.key(140)

    private func witness() -> Witness { Witness(name: name, logs: [RoleScene.agreement.logKey]) }

    private func tree(_ count: Int, variant: Int64 = 0) -> MerkleTree {
        MerkleTree(
            leafHashes: RoleScene.leaves(count - 1, variant: variant).map { MerkleHash.leaf($0) })
    }

    /// A request that the log would make, with parts replaced.
    private func request(
        from old: UInt64, to size: Int, variant: Int64 = 0, note: UnverifiedNote? = nil,
        proof: [Digest]? = nil
    ) -> [UInt8] {
        let tree = tree(size, variant: variant)
        let checkpoint = Checkpoint(origin: RoleScene.origin, size: tree.size, root: tree.root())
        let honest =
            old > 0 && old <= UInt64(size)
            ? tree.proveConsistency(from: TreeSize(old), to: tree.size) : []
        return AddCheckpoint(
            oldSize: TreeSize(old), proof: proof ?? honest,
            note: note ?? RoleScene.signed(checkpoint.text)
        ).body
    }

    /// What the witness says, and what it put on its disk before.
    private func ask(
        _ witness: inout Witness, _ body: [UInt8]
    ) -> (answer: Witness.Cosigning?, kept: UnverifiedNote?) {
        var actions = witness.receive(.asked(Ticket(1), body), now: RoleScene.start)
        if case .cosign(let ticket, let text, let seconds)? = actions.first {
            let line = try! NoteSignature.cosign(
                checkpointText: text, timeSeconds: seconds, as: name, with: key)
            actions = witness.receive(.cosigned(ticket, line), now: RoleScene.start)
        }
        var kept: UnverifiedNote?
        for action in actions {
            if case .keep(_, let note) = action { kept = note }
            if case .reply(_, let answer) = action { return (answer, kept) }
        }
        return (nil, kept)
    }

    private func check(
        after sizes: [Int] = [], _ body: [UInt8], sourceLocation: SourceLocation = #_sourceLocation,
        is expected: (Witness.Cosigning) -> Bool
    ) {
        var witness = witness()
        var old: UInt64 = 0
        for size in sizes {
            _ = ask(&witness, request(from: old, to: size))
            old = UInt64(size)
        }
        let (answer, kept) = ask(&witness, body)
        guard let answer else {
            Issue.record("no answer", sourceLocation: sourceLocation)
            return
        }
        #expect(expected(answer), "\(answer)", sourceLocation: sourceLocation)
        if case .cosigned = answer {
            #expect(kept != nil, "kept before it is answered", sourceLocation: sourceLocation)
        } else {
            #expect(kept == nil, sourceLocation: sourceLocation)
        }
    }

    private func isCosigned(_ answer: Witness.Cosigning) -> Bool {
        if case .cosigned = answer { true } else { false }
    }

    private func isMalformed(_ answer: Witness.Cosigning) -> Bool {
        if case .malformed = answer { true } else { false }
    }

    private func isInconsistent(_ answer: Witness.Cosigning) -> Bool {
        if case .inconsistent = answer { true } else { false }
    }

    @Test func `a first checkpoint and one that extends it are cosigned`() {
        check(request(from: 0, to: 1)) { isCosigned($0) }
        check(request(from: 0, to: 7)) { isCosigned($0) }
        check(after: [3], request(from: 3, to: 7)) { isCosigned($0) }
        check(after: [1, 4, 8], request(from: 8, to: 9)) { isCosigned($0) }
        check(after: [5], request(from: 5, to: 5)) { isCosigned($0) }
    }

    @Test func `an old size that is not the one cosigned is answered with that one`() {
        check(after: [5], request(from: 0, to: 7)) { $0 == .expected(TreeSize(5)) }
        check(after: [5], request(from: 4, to: 7)) { $0 == .expected(TreeSize(5)) }
        check(request(from: 2, to: 3)) { $0 == .expected(TreeSize(0)) }
    }

    @Test func `another history is not cosigned`() {
        check(after: [4], request(from: 4, to: 6, variant: 1)) { isInconsistent($0) }
        check(after: [4], request(from: 4, to: 4, variant: 1)) { isInconsistent($0) }
        check(after: [4], request(from: 4, to: 6, proof: [])) { isInconsistent($0) }
        check(request(from: 0, to: 4, proof: [Digest.sha256([])])) { isInconsistent($0) }
    }

    @Test func `an empty tree has one root`() {
        let empty = Checkpoint(origin: RoleScene.origin, size: .empty, root: MerkleHash.empty)
        let other = Checkpoint(origin: RoleScene.origin, size: .empty, root: Digest.sha256([1]))
        check(request(from: 0, to: 1, note: RoleScene.signed(empty.text))) { isCosigned($0) }
        check(request(from: 0, to: 1, note: RoleScene.signed(other.text))) { isInconsistent($0) }
    }

    @Test func `an old size beyond the checkpoint is malformed`() {
        check(after: [5], request(from: 5, to: 3)) { isMalformed($0) }
    }

    @Test func `only the log's own signature counts`() {
        let tree = tree(2)
        let text = Checkpoint(origin: RoleScene.origin, size: tree.size, root: tree.root()).text
        let other = RoleScene.signed(text, by: RoleScene.developer)
        check(request(from: 0, to: 2, note: other)) { $0 == .notSigned }
        var spoilt = RoleScene.signed(text).signatures[0].signature
        spoilt[10] ^= 1
        let line = NoteSignature(
            name: RoleScene.origin, keyID: RoleScene.agreement.logKey.id, signature: spoilt)!
        check(request(from: 0, to: 2, note: UnverifiedNote(text: text, signatures: [line]))) {
            $0 == .notSigned
        }
        var both = RoleScene.signed(text)
        both.add(other.signatures[0])
        check(request(from: 0, to: 2, note: both)) { isCosigned($0) }
    }

    @Test func `a log that nobody named is not known`() {
        let text = Checkpoint(
            origin: "elsewhere.example/log", size: TreeSize(1), root: Digest.sha256([])
        ).text
        let note = RoleScene.signed(text, as: "elsewhere.example/log")
        check(request(from: 0, to: 1, note: note)) { $0 == .unknownLog("elsewhere.example/log") }
    }

    @Test func `bodies that are no requests are malformed`() {
        let good = request(from: 0, to: 1)
        #expect(AddCheckpoint(parsing: good) != nil)
        let text = String(decoding: good, as: UTF8.self)
        let bad = [
            "", "\n", "old 0\n", text.replacing("old 0", with: "old 00"),
            text.replacing("old 0", with: "old +0"),
            text.replacing("old 0", with: "new 0"),
            text.replacing("old 0\n", with: "old 0\nAAAA\n"),
            text.replacing("old 0\n\n", with: "old 0\n"), String(text.dropLast()),
            text.replacing(
                "old 0\n",
                with: "old 0\n" + String(repeating: Digest.sha256([]).base64 + "\n", count: 64)),
        ]
        for body in bad { check(Array(body.utf8)) { isMalformed($0) } }
    }

    @Test func `extension lines are cosigned as they came, an empty one is malformed`() {
        let text = Checkpoint(origin: RoleScene.origin, size: TreeSize(1), root: Digest.sha256([]))
            .text
        check(request(from: 0, to: 1, note: RoleScene.signed(text + "more\n"))) { isCosigned($0) }
        check(request(from: 0, to: 1, note: RoleScene.signed(text + "\nmore\n"))) {
            isMalformed($0)
        }
    }

    @Test func `of two requests at once the later one finds the first`() {
        var witness = witness()
        let first = witness.receive(
            .asked(Ticket(1), request(from: 0, to: 5)), now: RoleScene.start)
        let second = witness.receive(
            .asked(Ticket(2), request(from: 0, to: 3)), now: RoleScene.start)
        guard case .cosign? = first.first, case .reply(_, .expected(TreeSize(5)))? = second.first
        else {
            Issue.record("\(first) \(second)")
            return
        }
    }

    @Test func `after a restart it knows what it cosigned`() throws {
        var before = witness()
        let kept = try #require(ask(&before, request(from: 0, to: 5)).kept)
        var after = witness()
        try after.restore(kept)
        #expect(ask(&after, request(from: 0, to: 7)).answer == .expected(TreeSize(5)))
        #expect(after.checkpoint(origin: RoleScene.origin) == kept)
        let keys = [
            RoleScene.agreement.logKey,
            NoteKey(name: name, algorithm: .cosignature, key: key.publicKey)!,
        ]
        #expect(try kept.verified(by: keys).signers == keys)
    }
}
