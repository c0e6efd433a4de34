// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import TransparencyLog

@testable import PauseAgreement

/// Each trap is set into the example alone, and found alone, at its place.
@Suite struct AgreementReaderTests {
    // MARK: - Keys of mappings

    @Test func `a misspelt key is one problem and names what was meant`() throws {
        try check(
            renaming: "measures.cap.grace", to: "grcae",
            says: "measures.cap: unknown key \"grcae\"",
            hint: "did you mean \"grace\"?")
        try check(
            renaming: "on-silence", to: "on-silense", says: "unknown key \"on-silense\"",
            hint: "did you mean \"on-silence\"?")
        try check(
            renaming: "parties.monitor-1.key", to: "kee",
            says: "parties.monitor-1: unknown key \"kee\"",
            hint: "did you mean \"key\"?")
    }

    @Test func `a key that nobody knows is refused with what is known`() throws {
        var block = BlockText(ExampleAgreement.yaml)
        let line = try block.line(of: "clocks") + 1
        block.lines.insert("  zebra: 1 h", at: line)
        check(
            block.text, says: "clocks: unknown key \"zebra\"",
            hint: "known: lease, access-answer-within, comment-within", line: line + 1,
            pointed: "zebra")
    }

    @Test func `each of the five questions, and each way out, must be there`() throws {
        for (part, hint) in [
            ("triggers", "what triggers a pause is left open"),
            ("resume", "what lets work resume is left open"),
            ("decisions", "who decides is left open"),
            ("verification", "how rivals know that everyone stopped is left open"),
            ("incentives", "why breaking the rules does not pay is left open"),
            ("on-silence", "what follows when the log falls silent is left open"),
            ("on-expiry", "what becomes of an open order when the agreement ends is left open"),
        ] {
            try check(
                removing: part, says: "\"\(part)\" is missing", hint: hint, pointed: "agreement:")
        }
        try check(
            removing: "triggers.large-training-run.on-unknown",
            says: "triggers.large-training-run: \"on-unknown\" is missing",
            hint: "a trigger says what unknown leads to: hold or question",
            at: "triggers.large-training-run", pointed: "large-training-run:")
        try check(
            removing: "decisions.resume.on-timeout",
            says: "decisions.resume: \"on-timeout\" is missing",
            hint: "a rule says what a missed deadline leads to: reject or lapse",
            at: "decisions.resume",
            pointed: "resume:")
    }

    @Test func `every other part must be there`() throws {
        for part in [
            "title", "rules", "prose", "log", "monitoring", "parties", "entry-into-force",
            "legal-basis",
            "indicators", "measures", "provisional", "scope", "disclosure", "clocks", "exit",
        ] {
            var block = BlockText(ExampleAgreement.yaml)
            try block.remove(part)
            let messages = Agreement.read(yaml: block.text).problems.map(\.message)
            #expect(messages == ["\"\(part)\" is missing"])
        }
        try check(
            removing: "measures.slow", says: "measures: \"slow\" is missing", at: "measures",
            pointed: "measures:")
        try check(
            removing: "parties.auditor-1.key", says: "parties.auditor-1: \"key\" is missing",
            hint: "a public key in base64", at: "parties.auditor-1", pointed: "auditor-1:")
    }

    // MARK: - Values

    @Test func `a wrong unit is refused`() throws {
        try check(
            "clocks.lease", set: "2",
            says: "clocks.lease: expected a length of time such as \"72 h\", found \"2\"",
            hint: "units: ms, s, min, h, d")
        try check(
            "measures.pause.threshold", set: "1e23 min",
            says: "measures.pause.threshold: wrong unit: expected FLOP, found \"1e23 min\"")
        try check(
            "parties.developer-a.share", set: "22 h",
            says: "parties.developer-a.share: wrong unit: expected a share (%), found \"22 h\"")
        try check(
            replacing: "at-least: 8 h", with: "at-least: 8 FLOP",
            says:
                "triggers.research-automation.when.all[1].at-least: wrong unit: expected min, found \"8 FLOP\"",
            pointed: "8 FLOP")
        try check(
            replacing: "most: 960 min", with: "most: 960 minutes",
            says:
                "indicators.horizon-50.valid.most: expected a number and a unit such as \"12 min\", found \"960 minutes\"",
            hint: "units: ms, s, min, h, d, share, FLOP, chip-hours, ratio, count, %",
            pointed: "960 minutes")
    }

    @Test func `a bad number is refused`() throws {
        try check(
            "decisions.resume.quorum", set: "five",
            says: "decisions.resume.quorum: expected a whole number from 1 to 1000, found \"five\"")
        try check(
            "decisions.resume.quorum", set: "+5",
            says: "decisions.resume.quorum: expected a whole number from 1 to 1000, found \"+5\"")
        try check(
            "entry-into-force.at-least", set: "0",
            says: "entry-into-force.at-least: expected a whole number from 1 to 100000, found \"0\""
        )
        try check(
            "entry-into-force.least-share", set: "155 %",
            says: "entry-into-force.least-share: expected a share from 0 % to 100 %")
        try check(
            "measures.cap.threshold", set: "-1 FLOP",
            says: "measures.cap.threshold: expected no negative number")
        try check(
            "log.tick", set: "500 ms", says: "log.tick: expected at least 1 s, found \"500 ms\"")
        try check(
            "on-expiry.sunset", set: "2031-02-29",
            says: "on-expiry.sunset: expected a day such as \"2031-01-01\", found \"2031-02-29\"")
        try check(
            replacing: "most: 960 min", with: "most: 0.01 min",
            says: "indicators.horizon-50.valid.most: expected more than \"least\"",
            pointed: "0.01 min}")
        try check(
            replacing: "at-least: 80 %, bound: lower, confidence: 95 %",
            with: "at-least: 80 %, bound: lower, confidence: 40 %",
            says:
                "triggers.research-automation.when.all[2].any[2].confidence: expected a confidence from 50 % to less than 100 %",
            pointed: "40 %")
    }

    @Test func `a name that nobody bears is refused with the nearest`() throws {
        try check(
            "parties.councillor-3.nominated-by", set: "sudlan",
            says: "parties.councillor-3.nominated-by: no party is named \"sudlan\"",
            hint: "did you mean \"sudland\"?")
        try check(
            replacing: "    - councillor-4\n", with: "    - councilor-4\n",
            says: "decisions.council[4]: no party is named \"councilor-4\"",
            hint: "did you mean \"councillor-4\"?",
            pointed: "councilor-4")
        try check(
            replacing: "indicator: horizon-50", with: "indicator: horizon-80",
            says:
                "triggers.research-automation.when.all[1].indicator: no indicator is named \"horizon-80\"",
            hint: "did you mean \"horizon-50\"?", pointed: "horizon-80")
        try check(
            "on-silence.measure", set: "capp",
            says: "on-silence.measure: \"capp\" is not one of notify, cap, slow, pause",
            hint: "did you mean \"cap\"?")
        try check(
            "parties.evaluator-1.roles", set: "[evaluater]",
            says:
                "parties.evaluator-1.roles[1]: \"evaluater\" is not one of state, developer, operator, evaluator, auditor, authority, custodian, witness, monitor, secretariat, depositary, observer",
            hint: "did you mean \"evaluator\"?", pointed: "evaluater")
    }

    @Test func `a name has one spelling`() throws {
        for name in [
            "Norland", "nor land", "n\u{F6}rland", String(repeating: "n", count: 65), "-n",
        ] {
            var block = BlockText(ExampleAgreement.yaml)
            let line = try block.line(of: "parties.authority") + 1
            try block.rename("parties.authority", to: name)
            check(
                block.text, says: "parties: \"\(name)\" is no name",
                hint: "names are lower-case letters, digits, '.' and '-', 64 at most", line: line,
                pointed: name)
        }
        try check("agreement", set: "Frontier", says: "agreement: \"Frontier\" is no name")
    }

    @Test func `nothing stands twice`() throws {
        try check(
            replacing: "    - councillor-4\n", with: "    - councillor-5\n",
            says: "decisions.council[5]: \"councillor-5\" stands here a second time",
            pointed: "councillor-5", occurrence: 3)
        try check(
            "parties.evaluator-1.roles", set: "[evaluator, evaluator]",
            says: "parties.evaluator-1.roles[2]: \"evaluator\" stands here a second time",
            pointed: "evaluator]")
        var block = BlockText(ExampleAgreement.yaml)
        let line = try block.line(of: "parties.evaluator-2") + 1
        try block.rename("parties.evaluator-2", to: "evaluator-1")
        check(
            block.text, says: "the key \"evaluator-1\" stands here a second time", line: line,
            pointed: "evaluator-1")
    }

    // MARK: - Public keys

    @Test func `a key that nobody should believe is refused`() throws {
        let path = "parties.authority.key"
        let prefix: [UInt8] = [
            0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
        ]
        func key(_ raw: [UInt8]) -> String { Base64.encode(prefix + raw) }
        try check(path, set: "not base64", says: "\(path): expected a public key in base64")
        try check(
            path, set: Base64.encode([1, 2, 3]),
            says:
                "\(path): unusable key: the key cannot be read: expected the 44 bytes of an Ed25519 SubjectPublicKeyInfo"
        )
        try check(
            path, set: key([1] + [UInt8](repeating: 0, count: 31)),
            says:
                "\(path): unusable key: the public key is a point of low order, with which anything can be disowned"
        )
        try check(
            path, set: key([UInt8](repeating: 0, count: 32)),
            says:
                "\(path): unusable key: the public key is a point of low order, with which anything can be disowned"
        )
        // 2^255 − 19 + 3 is a second spelling of 3.
        try check(
            path, set: key([0xF0] + [UInt8](repeating: 0xFF, count: 30) + [0x7F]),
            says: "\(path): unusable key: the public key is not in its canonical form")
        try check(
            path, set: key([2] + [UInt8](repeating: 0, count: 31)),
            says: "\(path): unusable key: the public key is not a point of the curve")
    }

    @Test func `a key has one holder`() throws {
        let agreement = try ExampleAgreement.agreement()
        func key(_ name: String) throws -> String {
            Base64.encode(try #require(agreement.party(name)?.keys.first).spki)
        }
        try check(
            "parties.monitor-2.key", set: key("monitor-1"),
            says: "parties.monitor-2.key: this is the key of party \"monitor-1\"",
            hint: "every party needs a key of its own")
        try check(
            "parties.monitor-2.key", set: Base64.encode(agreement.log.key.spki),
            says: "parties.monitor-2.key: this is the key of the log")
        var block = BlockText(ExampleAgreement.yaml)
        let line = try block.line(of: "parties.auditor-1.key")
        let own = try key("auditor-1")
        block.lines[line] = "    keys: [\(own), \(own)]"
        check(
            block.text, says: "parties.auditor-1.keys[2]: this is the key of party \"auditor-1\"",
            line: line + 1, pointed: "\(own)]")
    }

    @Test func `several keys sign by a threshold`() throws {
        let agreement = try ExampleAgreement.agreement()
        let own = Base64.encode(try #require(agreement.party("auditor-1")?.keys.first).spki)
        let other = Base64.encode(
            try PrivateKey(seed: [UInt8](repeating: 7, count: 32)).publicKey.spki)
        var block = BlockText(ExampleAgreement.yaml)
        let line = try block.line(of: "parties.auditor-1.key")
        block.lines[line] = "    keys: [\(own), \(other)]"
        block.lines.insert("    threshold: 2", at: line + 1)
        let read = try #require(Agreement.read(yaml: block.text).agreement?.party("auditor-1"))
        #expect(read.threshold == 2)
        #expect(read.keys.count == 2)
        try block.set("parties.auditor-1.threshold", to: "3")
        check(
            block.text,
            says: "parties.auditor-1.threshold: expected a whole number from 1 to 2, found \"3\"",
            line: line + 2, pointed: "3")
        block.lines.insert("    key: \(own)", at: line)
        let messages = Agreement.read(yaml: block.text).problems.map(\.message)
        #expect(messages.contains("parties.auditor-1: either \"key\" or \"keys\", not both"))
    }

    // MARK: - Conditions and the rest

    @Test func `a condition has one of four shapes`() throws {
        try check(
            replacing:
                "when: {indicator: doubling-time, at-most: 60 d, bound: upper, confidence: 95 %}",
            with: "when: {every: []}",
            says: "triggers.frontier-acceleration.when: expected a condition", pointed: "{every")
        try check(
            replacing:
                "when: {indicator: doubling-time, at-most: 60 d, bound: upper, confidence: 95 %}",
            with: "when: {any: []}",
            says: "triggers.frontier-acceleration.when.any: expected at least one condition",
            pointed: "[]}")
        try check(
            replacing: "at-most: 60 d, bound", with: "bound",
            says:
                "triggers.frontier-acceleration.when: expected exactly one of at-least, at-most, above, below",
            pointed: "{indicator: doubling-time, bound")
        try check(
            replacing: "at-most: 60 d, bound", with: "at-most: 60 d, below: 9 d, bound",
            says:
                "triggers.frontier-acceleration.when: expected exactly one of at-least, at-most, above, below",
            pointed: "{indicator: doubling-time, at-most: 60 d, below")
        try check(
            replacing:
                "when: {indicator: doubling-time, at-most: 60 d, bound: upper, confidence: 95 %}",
            with:
                "when: {at-least: 2, of: [{indicator: doubling-time, at-most: 60 d, bound: upper, confidence: 95 %}]}",
            says:
                "triggers.frontier-acceleration.when.at-least: expected a whole number from 1 to 1, found \"2\"",
            pointed: "2, of")
    }

    @Test func `the way back is written out in full`() throws {
        for key in ["requires-mitigations", "opens-after", "stages"] {
            try check(
                removing: "resume.\(key)", says: "resume: \"\(key)\" is missing", at: "resume",
                pointed: "resume:")
        }
        for key in ["telemetry-every", "telemetry-late-after", "answer-within", "inspection-every"]
        {
            try check(
                removing: "verification.\(key)", says: "verification: \"\(key)\" is missing",
                at: "verification", pointed: "verification:")
        }
        try check(
            replacing: "threshold: 1e25 FLOP, lasts: 14 d", with: "lasts: 14 d",
            says: "resume.stages[2]: \"threshold\" is missing", pointed: "{measure: cap, lasts")
        try check(
            replacing: "threshold: 1e25 FLOP, lasts: 14 d", with: "threshold: 25 h, lasts: 14 d",
            says: "resume.stages[2].threshold: wrong unit: expected FLOP, found \"25 h\"",
            pointed: "25 h, lasts")
        try check(
            replacing: "{measure: cap, threshold: 1e25 FLOP",
            with: "{measure: halt, threshold: 1e25 FLOP",
            says: "resume.stages[2].measure: \"halt\" is not one of notify, cap, slow, pause",
            pointed: "halt, threshold")
        try check(
            renaming: "resume.milestones.society.attesters", to: "atesters",
            says: "resume.milestones.society: unknown key \"atesters\"",
            hint: "did you mean \"attesters\"?")
        try check(
            "resume.milestones.society.jurisdictions", set: "0",
            says:
                "resume.milestones.society.jurisdictions: expected a whole number from 1 to 1000, found \"0\""
        )
        try check(
            replacing: "[alignment, oversight, society]", with: "[alignment, society, society]",
            says:
                "triggers.frontier-acceleration.lifted-by[3]: \"society\" stands here a second time",
            pointed: "society]")
    }

    @Test func `an agreement may do without milestones`() throws {
        var block = BlockText(ExampleAgreement.short)
        try block.remove("resume.milestones")
        try block.remove("triggers.frontier-acceleration")
        #expect(ExampleAgreement.problems(of: block.text) == [])
        let agreement = try #require(Agreement.read(yaml: block.text).agreement)
        #expect(agreement.resume.milestones == [])
    }

    @Test func `what this version does not know is refused`() throws {
        try check(
            "rules", set: "2", says: "rules: rules version 2 is not known here",
            hint: "this program reads version 1")
        try check(
            "disclosure.audience", set: "parties",
            says: "disclosure.audience: \"parties\" is not known here",
            hint:
                "\"declared\": every field of every statement kind has the audience that its kind declares"
        )
        try check(
            "scope.lineage", set: "yes",
            says: "scope.lineage: \"yes\" is not one of covered, not-covered")
        try check(
            "resume.requires-elicitation", set: "maybe",
            says: "resume.requires-elicitation: \"maybe\" is not one of required, not-required")
        try check(
            "prose.file", set: "../secret",
            says:
                "prose.file: expected the plain name of a file beside this one, found \"../secret\""
        )
        try check(
            "prose.sha256", set: "abc",
            says: "prose.sha256: expected 64 lower-case hexadecimal digits")
        try check(
            "log.origin", set: "Frontier Pause",
            says:
                "log.origin: expected a host and a path such as \"example.org/log\", found \"Frontier Pause\""
        )
    }

    @Test func `all problems are found at once, in the order of their places`() throws {
        var block = BlockText(ExampleAgreement.yaml)
        try block.set("clocks.lease", to: "soon")
        try block.set("rules", to: "9")
        try block.set("parties.developer-a.share", to: "much")
        try block.set("decisions.resume.quorum", to: "0")
        try block.remove("exit")
        let problems = Agreement.read(yaml: block.text).problems
        #expect(
            problems.map { String($0.message.prefix { $0 != ":" }) } == [
                "\"exit\" is missing", "rules", "parties.developer-a.share",
                "decisions.resume.quorum",
                "clocks.lease",
            ])
    }

    @Test func `any value replaced or removed gives an agreement or a reason`() throws {
        // Two parties are enough here, and keys take long to read.
        let names = try ExampleAgreement.agreement().parties.map(\.name)
        var block = BlockText(ExampleAgreement.yaml)
        for name in names where name != "norland" && name != "councillor-1" {
            try block.remove("parties.\(name)")
        }
        // Whoever else is named as an evaluator is this one now.
        for line in block.lines.indices where block.lines[line].contains("from: [") {
            block.lines[line] = "      from: [norland]"
        }
        for line in block.lines.indices {
            guard let start = block.lines[line].range(of: "by: [") else { continue }
            let end = block.lines[line][start.upperBound...].firstIndex(of: "]")!
            block.lines[line].replaceSubrange(start.upperBound..<end, with: "norland")
        }
        for member in 2...7 { block.lines.removeAll { $0 == "    - councillor-\(member)" } }
        var reader = AgreementReader()
        try #require(reader.agreement(#require(AgreementText.parse(yaml: block.text).root)) != nil)
        for (number, line) in block.lines.enumerated() where !line.hasPrefix("#") {
            var changes: [[String]] = [[]]
            if let colon = line.firstIndex(of: ":") {
                changes += ["", " [x]", " {x: y}"].map { [line[...colon] + $0] }
            }
            for change in changes {
                var changed = block.lines
                changed.replaceSubrange(number...number, with: change)
                let parsed = AgreementText.parse(yaml: changed.joined(separator: "\n"))
                guard let root = parsed.root, parsed.problems.isEmpty else { continue }
                var reader = AgreementReader()
                let agreement = reader.agreement(root)
                #expect(
                    agreement != nil || !reader.problems.isEmpty, "line \(number + 1): \(change)")
            }
        }
    }
}
