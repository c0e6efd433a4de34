// SPDX-License-Identifier: Apache-2.0
import Disclosure
import PauseAgreement
import Testing
import TransparencyLog

/// Whoever must read what is sealed has a key for it, one key has one holder, and each developer
/// has an auditor that it did not choose.
@Suite struct SealingKeyTests {
    private static let key = "an X25519 public key in base64"

    @Test func `who does covered work, and who audits it, has a sealing key`() throws {
        try check(
            removing: "parties.auditor-1.sealing-key",
            says:
                "parties.auditor-1: \"sealing-key\" is missing: evidence of a stop could not be sealed for it",
            hint: Self.key, at: "parties.auditor-1", pointed: "auditor-1:")
        try check(
            removing: "parties.developer-c.sealing-key",
            says:
                "parties.developer-c: \"sealing-key\" is missing: what is meant for the parties could not be sealed for it",
            hint: Self.key, at: "parties.developer-c", pointed: "developer-c:")
        // Others may do without.
        for party in ["evaluator-1", "norland", "secretariat", "councillor-3"] {
            var block = BlockText(ExampleAgreement.yaml)
            try block.remove("parties.\(party).sealing-key")
            let reading = Agreement.read(yaml: block.text)
            #expect(reading.problems == [], "\(party)")
            #expect(try #require(reading.agreement?.party(party)).sealingKey == nil)
        }
    }

    @Test func `an authority can be told something in confidence`() throws {
        var block = BlockText(ExampleAgreement.yaml)
        let line = try block.line(of: "parties") + 1
        for party in ["authority"] + (1...7).map({ "councillor-\($0)" }) {
            try block.remove("parties.\(party).sealing-key")
        }
        check(
            block.text, says: "parties: no authority has a sealing key",
            hint: "hearings and self-reports are confidential to the authority", line: line,
            pointed: "parties:")
    }

    @Test func `a sealing key is one of its kind`() throws {
        let path = "parties.auditor-1.sealing-key"
        let agreement = try ExampleAgreement.agreement()
        let signing = try #require(agreement.party("auditor-1")?.keys.first)
        try check(
            path, set: Base64.encode(signing.spki),
            says:
                "\(path): unusable key: the sealing key cannot be read: expected the 44 bytes of an X25519 SubjectPublicKeyInfo"
        )
        try check(
            path, set: "hello",
            says:
                "\(path): unusable key: the sealing key cannot be read: expected base64 of an X25519 SubjectPublicKeyInfo"
        )
        // The point of order 2, as base64 of its SubjectPublicKeyInfo.
        try check(
            path, set: "MCowBQYDK2VuAyEA" + String(repeating: "A", count: 43) + "=",
            says:
                "\(path): unusable key: the sealing key is a point of low order: anyone could open what is sealed to it"
        )
    }

    @Test func `a sealing key has one holder`() throws {
        let other = try #require(try ExampleAgreement.agreement().party("auditor-1")?.sealingKey)
        try check(
            "parties.auditor-2.sealing-key", set: other.text,
            says: "parties.auditor-2.sealing-key: this is the sealing key of party \"auditor-1\"",
            hint: "every party needs a key of its own")
    }

    // MARK: - Auditors

    @Test func `each developer has an auditor that it did not choose`() throws {
        var block = BlockText(ExampleAgreement.yaml)
        try nominate("auditor-1", by: "developer-b", in: &block)
        #expect(Agreement.read(yaml: block.text).problems == [])
        try nominate("auditor-2", by: "developer-b", in: &block)
        check(
            block.text, says: "parties.developer-b: no auditor is independent of it",
            hint: "needs one that does no covered work and that it did not nominate",
            line: try block.line(of: "parties.developer-b") + 1, pointed: "developer-b:")
    }

    private func nominate(_ party: String, by other: String, in block: inout BlockText) throws {
        block.lines.insert(
            "    nominated-by: \(other)", at: try block.line(of: "parties.\(party).roles"))
    }

    @Test func `rivals do not audit each other`() throws {
        var block = BlockText(ExampleAgreement.short)
        try block.remove("parties.auditor-1")
        try block.set("parties.auditor-2.roles", to: "[auditor, operator]")
        let messages = ExampleAgreement.problems(of: block.text).map(\.message)
        #expect(
            messages
                == (["a", "b", "c", "d", "e"].map { "developer-\($0)" } + ["auditor-2"]).map {
                    "parties.\($0): no auditor is independent of it"
                })
    }

    @Test func `somebody audits`() throws {
        var block = BlockText(ExampleAgreement.short)
        let line = try block.line(of: "parties") + 1
        for auditor in ["auditor-1", "auditor-2"] {
            try block.set("parties.\(auditor).roles", to: "[observer]")
        }
        check(
            block.text, says: "parties: there is no auditor",
            hint: "how rivals know that everyone stopped is left open", line: line,
            pointed: "parties:")
    }

    // MARK: - Look-ups

    @Test func `those who may look and attest are found by independence`() throws {
        var block = BlockText(ExampleAgreement.yaml)
        try nominate("auditor-1", by: "developer-a", in: &block)
        let agreement = try #require(Agreement.read(yaml: block.text).agreement)
        func auditors(_ party: String) -> [String] {
            agreement.auditors(independentOf: party).map(\.name)
        }
        #expect(auditors("developer-a") == ["auditor-2"])
        #expect(auditors("developer-b") == ["auditor-1", "auditor-2"])
        #expect(
            agreement.attesters(ofMitigationsBy: "developer-a").map(\.name)
                == ["auditor-2", "evaluator-1", "evaluator-2", "evaluator-3"])
        #expect(agreement.parties.filter(\.mayAttest).count == 16)
        #expect(agreement.party("secretariat")?.mayAttest == false)
        #expect(agreement.milestone("oversight")?.jurisdictions == 2)
        #expect(agreement.milestone("insight") == nil)
    }
}
