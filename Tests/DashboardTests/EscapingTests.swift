// SPDX-License-Identifier: Apache-2.0

import Foundation
import PauseAgreement
import Testing
import TransparencyLog

@testable import Brake
@testable import Dashboard

/// Whatever a party writes stays text.
@Suite struct EscapingTests {
    static let canary = "\"'><script>alert('&amp;')</script><b onclick=\"x\">\u{1}"

    @Test func `text is escaped wherever it stands`() {
        let piece: HTML = "<p title=\"\(EscapingTests.canary)\">\(EscapingTests.canary)</p>"
        #expect(!piece.markup.contains("<script"))
        #expect(!piece.markup.contains("\"x\""))
        #expect(Markup(piece.markup).mistakes == [])
    }

    @Test func `a canary in every word of a party stays text on the overview`() {
        let scene = Scene(words: EscapingTests.canary, name: EscapingTests.canary)
        let page = OverviewPage(
            state: scene.state, agreement: Scene.agreement, links: .node, isPermanent: false
        ).render()
        check(page: page)
        let scripts = Markup(page).all("script")
        #expect(scripts.count == 1 && scripts[0].attributes["src"]?.hasPrefix("/page.js?") == true)
        #expect(Markup(page).all("b").allSatisfy { $0.attributes["onclick"] == nil })
        // It is there, as text: in reasons, names, votes, findings, reports and the drawing.
        #expect(Markup(page).text.components(separatedBy: "alert(").count > 20)
    }

    @Test func `a canary in the timeline stays text`() {
        let entry = EntrySummary(
            index: LogIndex(1), received: Scene.now, kind: .vote, signer: EscapingTests.canary,
            subject: EscapingTests.canary,
            effect: .without(
                NoEffect(
                    reason: .unknownQuestion(EscapingTests.canary), clause: EscapingTests.canary)))
        let page = TimelinePage(
            entries: [entry], size: TreeSize(2), selection: .init(signer: EscapingTests.canary),
            newer: nil, older: nil, agreement: Scene.agreement, links: .node
        ).render()
        check(page: page)
        #expect(Markup(page).all("script").count == 1)
    }

    @Test func `a canary in a title, a signer and every kind of prose stays text`() throws {
        var text = Scene.agreement.text.object ?? [:]
        text["title"] = "A <script>title</script> & more"
        let reading = Agreement.read(canonicalJSON: JSON.object(text).canonicalBytes)
        let agreement = try #require(reading.agreement)
        // What a JSON payload can hold: no control characters.
        let words = String(EscapingTests.canary.dropLast())
        let predicates: [PauseAgreement.Predicate] = [
            .vote(Vote(question: "q1", choice: .no, reason: words)),
            .hearing(Hearing(question: "q1", position: words)),
            .withdrawal(Withdrawal(reason: words)),
            .selfPause(SelfPause(model: words, reason: words)),
            .selfReport(SelfReport(what: words, site: words)),
            .mitigation(Mitigation(cause: words, what: words)),
            .opening(Opening(rules: 1, origin: words, policy: words)),
        ]
        for predicate in predicates {
            let statement = Statement(
                agreement: agreement.id, terms: agreement.terms, sequence: 1, predicate: predicate)
            let envelope = try Envelope.sign(
                payload: statement.payload, payloadType: Envelope.inToto,
                with: [try Record.key("developer-a")])
            let entry = Entry(
                index: LogIndex(0), received: Scene.now, envelope: envelope, statement: statement)
            let summary = EntrySummary(
                index: LogIndex(0), received: Scene.now, kind: statement.kind, signer: words,
                subject: words, effect: .effective)
            let page = EntryPage(
                entry: entry, summary: summary, receipt: nil, size: TreeSize(1),
                agreement: agreement, links: .node
            ).render()
            check(page: page)
            #expect(Markup(page).all("script").count == 1)
            #expect(Markup(page).text.contains("alert("))
        }
    }

    @Test func `nothing in a table runs as a formula, and quotes are doubled`() {
        var table = CSV(["a", "b"])
        table.add(["=HYPERLINK(\"x\")", "-12.5"])
        table.add(["@SUM(1)", "one, \"two\"\nthree"])
        #expect(
            table.text == "a,b\r\n\"'=HYPERLINK(\"\"x\"\")\",-12.5\r\n"
                + "'@SUM(1),\"one, \"\"two\"\"\nthree\"\r\n")
    }

    @Test func `every table of a hostile state has as many cells in each line`() {
        let state = Scene(words: "a,\"b\"\n=c").state
        for table in StateTable.allCases {
            let text = String(
                decoding: table.bytes(of: state, under: Scene.agreement), as: UTF8.self)
            let widths = Set(records(text).map(\.count))
            #expect(widths.count == 1, "\(table.rawValue): \(widths)")
            #expect(records(text).count > 1, "\(table.rawValue) is empty")
        }
    }

    /// RFC 4180, read by another hand than the one that wrote it.
    private func records(_ text: String) -> [[String]] {
        var records: [[String]] = [[""]]
        var isQuoted = false
        for scalar in text.unicodeScalars where scalar != "\r" {
            if scalar == "\"" {
                isQuoted.toggle()
            } else if scalar == ",", !isQuoted {
                records[records.count - 1].append("")
            } else if scalar == "\n", !isQuoted {
                records.append([""])
            } else {
                records[records.count - 1][records[records.count - 1].count - 1]
                    .unicodeScalars.append(scalar)
            }
        }
        return records.dropLast()
    }
}
