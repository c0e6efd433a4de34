// SPDX-License-Identifier: Apache-2.0
import PauseAgreement
import Testing
import TransparencyLog

@Suite struct AgreementPolicyTests {
    @Test func `the policy asks for as many cosignatures as an order needs signatures`() throws {
        let agreement = try ExampleAgreement.agreement()
        let policy = agreement.policy()
        #expect(try WitnessPolicy(parsing: policy.text) == policy)
        let lines = policy.text.split(separator: "\n")
        #expect(lines.count == 7)
        #expect(lines[0].hasPrefix("log frontier-pause.example/log+"))
        #expect(lines[0].hasSuffix(" https://frontier-pause.example/log/"))
        #expect(lines[1].hasPrefix("witness monitor-1 monitor-1.frontier-pause.example+"))
        #expect(lines[1].hasSuffix(" https://monitor-1.frontier-pause.example/"))
        #expect(lines[5] == "group monitors 3 monitor-1 monitor-2 monitor-3 monitor-4")
        #expect(lines[6] == "quorum monitors")
    }

    @Test func `addresses are the reader's`() throws {
        let policy = try ExampleAgreement.agreement().policy(
            urls: [
                "monitor-2": "http://127.0.0.1:9002", "log": "http://127.0.0.1:9000",
                "stranger": "http://x",
            ])
        #expect(policy.logs.map(\.url) == ["http://127.0.0.1:9000"])
        #expect(policy.witnesses[1].url == "http://127.0.0.1:9002")
        #expect(policy.witnesses[2].url == "https://monitor-3.frontier-pause.example/")
        #expect(!policy.text.contains("stranger"))
    }

    @Test func `a monitor signs orders and cosigns checkpoints with one key under one name`() throws
    {
        let agreement = try ExampleAgreement.agreement()
        #expect(agreement.monitorKeys.map(\.party) == (1...4).map { "monitor-\($0)" })
        for keys in agreement.monitorKeys {
            #expect(keys.order.name == "\(keys.party).frontier-pause.example")
            #expect(keys.cosigning.name == keys.order.name)
            #expect(keys.order.algorithm == .ed25519)
            #expect(keys.cosigning.algorithm == .cosignature)
            #expect(keys.order.key == agreement.party(keys.party)?.keys.first)
            #expect(keys.cosigning.key == keys.order.key)
        }
        #expect(agreement.logKey.name == agreement.log.origin)
    }

    @Test func `a checkpoint with three cosignatures satisfies it, with two not`() throws {
        let agreement = try ExampleAgreement.agreement()
        let text = Checkpoint(origin: agreement.log.origin, size: TreeSize(7), root: .sha256([1]))
            .text
        var note = UnverifiedNote(
            text: text,
            signatures: [
                try .sign(text: text, as: agreement.log.origin, with: ExampleAgreement.key("node"))
            ])
        for monitor in 1...3 {
            #expect(throws: PolicyFailure.self) { try agreement.policy().verify(note) }
            let key = agreement.monitorKeys[monitor - 1]
            note.add(
                try .cosign(
                    checkpointText: text, timeSeconds: 1_795_291_200, as: key.cosigning.name,
                    with: ExampleAgreement.key("monitor-\(monitor)")))
        }
        #expect(try agreement.policy().verify(note).0.size == TreeSize(7))
    }
}
