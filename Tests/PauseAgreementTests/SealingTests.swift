// SPDX-License-Identifier: Apache-2.0
import Disclosure
import PauseAgreement
import Testing
import TransparencyLog

private let agreementID = Digest.sha256(Array("agreement".utf8))

private let salt = [UInt8](repeating: 9, count: 16)

/// Salts 00…, 01…, 02…: known here, secret elsewhere.
private struct Salts {
    var next: UInt8 = 0

    mutating func callAsFunction() -> [UInt8] {
        defer { next += 1 }
        return [UInt8](repeating: next, count: 16)
    }
}

private func draft(
    _ kind: StatementKind, _ members: JSONObject
) throws(MalformedStatement) -> SealedDraft {
    var salts = Salts()
    return try SealedDraft(of: kind, members) { salts() }
}

/// A site's declaration with two sealed fields.
private let site: JSONObject = [
    "site": "north-1", "emulated": true, "devices": 40_000, "location": "canary valley",
]

private func siteStatement(_ draft: SealedDraft) throws -> Statement {
    var fields = try Fields(.object(draft.members))
    let predicate = try Predicate(.site, &fields)
    try fields.end()
    return Statement(
        agreement: agreementID, terms: agreementID, sequence: 1, predicate: predicate,
        sealed: Commitments(to: draft.disclosures))
}

/// What a field with this value is refused for; nil where it is taken.
private func check(
    _ name: String, of kind: StatementKind, _ value: JSON, isRefused: Bool,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let rule = kind.field(name)
    #expect(
        (rule?.expectation(brokenBy: value) != nil) == isRefused, sourceLocation: sourceLocation)
}

@Suite struct SealingTests {
    @Test func `fields below public are taken out, committed to and opened again`() throws {
        let draft = try draft(.site, site)
        #expect(draft.members.keys == ["emulated", "site"])
        #expect(draft.disclosures.map(\.name) == ["devices", "location"])
        #expect(draft.disclosures.map(\.value) == [40_000, "canary valley"])
        #expect(draft.disclosures[0].salt != draft.disclosures[1].salt)

        let statement = try siteStatement(draft)
        let payload = String(decoding: statement.payload, as: UTF8.self)
        #expect(!payload.contains("canary") && !payload.contains("40000"))
        #expect(!payload.contains(Base64.encodeURL(draft.disclosures[0].salt)))
        #expect(payload.contains(draft.disclosures[1].digest.text))

        let read = try Statement(parsing: statement.payload)
        #expect(read == statement && read.sealed.names == ["devices", "location"])
        for disclosure in draft.disclosures { #expect(read.mismatch(of: disclosure) == nil) }
    }

    @Test func `an optional field may be absent or null, a required one may not`() throws {
        var members = site
        members["location"] = .null
        #expect(try draft(.site, members).disclosures.map(\.name) == ["devices"])
        members["location"] = nil
        #expect(try draft(.site, members).disclosures.map(\.name) == ["devices"])
        for absent in [JSON?.none, .null] {
            members["devices"] = absent
            #expect(throws: MalformedStatement.self) { try draft(.site, members) }
        }
    }

    @Test func `a field of another form is refused with its place`() throws {
        var members = site
        members["devices"] = "many"
        do {
            _ = try draft(.site, members)
            Issue.record("nothing was refused")
        } catch {
            #expect(error.pointer == "/devices")
            #expect(error.expected.contains("an integer from 0"))
            #expect(error.expected.contains("auditors"))
        }
    }

    @Test func `each form takes its own values only`() {
        check("devices", of: .site, 0, isRefused: false)
        check("devices", of: .site, -1, isRefused: true)
        check("devices", of: .site, "1", isRefused: true)
        check("location", of: .site, "north\n\tof the river", isRefused: false)
        check("location", of: .site, "bell\u{7}", isRefused: true)
        check(
            "location", of: .site, .string(String(repeating: "x", count: 16_384)), isRefused: false)
        check(
            "location", of: .site, .string(String(repeating: "x", count: 16_385)), isRefused: true)
        check("energy", of: .telemetry, "1.5e9", isRefused: false)
        check("energy", of: .telemetry, "-1", isRefused: true)
        check("energy", of: .telemetry, 1, isRefused: true)
        check("by-class", of: .telemetry, ["pre-training": "12.5"], isRefused: false)
        check("by-class", of: .telemetry, [:], isRefused: false)
        check("by-class", of: .telemetry, ["pre-training": 12], isRefused: true)
        check("by-class", of: .telemetry, ["": "1"], isRefused: true)
        check("by-class", of: .telemetry, ["1"], isRefused: true)
        check("samples", of: .answer, [["leaf": 1]], isRefused: false)
        check("samples", of: .answer, [1], isRefused: true)
        check("samples", of: .answer, ["leaf": 1], isRefused: true)
    }

    @Test func `every field below public of every kind has a form`() {
        for kind in StatementKind.allCases {
            for rule in kind.sealedFields { #expect(rule.form != nil, "\(kind) \(rule.name)") }
        }
    }

    @Test func `what does not open the statement is named`() throws {
        let draft = try draft(.site, site)
        let statement = try siteStatement(draft)
        let salt = draft.disclosures[0].salt
        let other = Disclosure(salt: salt, name: "devices", value: 39_999)
        #expect(statement.mismatch(of: other) == .otherValue("devices"))
        let foreign = Disclosure(salt: salt, name: "samples", value: 1)
        #expect(statement.mismatch(of: foreign) == .notCommitted("samples"))
        // A field of the kind, public: nothing is committed to.
        let open = Disclosure(salt: salt, name: "site", value: "north-1")
        #expect(statement.mismatch(of: open) == .notCommitted("site"))
        // Who signs can commit to nonsense; it opens, and is still none of what the field is.
        let nonsense = Disclosure(salt: salt, name: "devices", value: "many")
        let committed = Statement(
            agreement: agreementID, terms: agreementID, sequence: 1,
            predicate: statement.predicate, sealed: Commitments(to: [nonsense]))
        guard case .wrongForm("devices", _) = committed.mismatch(of: nonsense) else {
            Issue.record("\(String(describing: committed.mismatch(of: nonsense)))")
            return
        }
    }

    @Test func `readers are those whom the field's audience holds, and no others`() throws {
        let agreement = try ExampleAgreement.agreement()
        let site = try siteStatement(draft(.site, site))
        let readers = agreement.readers(of: site)
        #expect(readers.map(\.party.name) == ["auditor-1", "auditor-2"])
        #expect(readers.allSatisfy { $0.fields == ["devices", "location"] })

        let answer = Statement(
            agreement: agreementID, terms: agreementID, sequence: 1,
            predicate: .answer(
                InspectionAnswer(draw: LogIndex(3), readers: ["auditor-2", "nobody-known"])),
            sealed: Commitments(to: [Disclosure(salt: salt, name: "samples", value: [])]))
        #expect(agreement.readers(of: answer).map(\.party.name) == ["auditor-2"])

        let nothingSealed = Statement(
            agreement: agreementID, terms: agreementID, sequence: 1,
            predicate: .mitigation(Mitigation(cause: "c1", what: "retrained")), sealed: .none)
        #expect(agreement.readers(of: nothingSealed).isEmpty)
    }

    @Test func `a file of openings is read back, and is of one statement only`() throws {
        let draft = try draft(.site, site)
        let statement = try siteStatement(draft)
        let about = Digest.sha256(statement.payload)
        let openings = Openings(about: about, kind: .site, disclosures: draft.disclosures)
        let read = try Openings(json: JSON.parse(openings.json.prettyBytes))
        #expect(read == openings && read["devices"] == 40_000 && read["jobs"] == nil)
        #expect(read.mismatches(with: statement, about: about).isEmpty)
        let elsewhere = Digest.sha256([1])
        #expect(read.mismatches(with: statement, about: elsewhere) == [.otherStatement(about)])

        for broken: (String, JSON?) in [
            ("about", "x"), ("kind", "sites"), ("disclosures", []), ("disclosures", ["x"]),
            ("about", nil), ("extra", 1),
            (
                "disclosures",
                [
                    .string(draft.disclosures[0].encoded), .string(draft.disclosures[0].encoded),
                ]
            ),
        ] {
            var object = openings.json.object ?? [:]
            object[broken.0] = broken.1
            #expect(throws: MalformedStatement.self, "\(broken.0)") {
                try Openings(json: .object(object))
            }
        }
    }
}
