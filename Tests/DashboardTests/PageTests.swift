// SPDX-License-Identifier: Apache-2.0

import Foundation
import PauseAgreement
import Testing
import TransparencyLog

@testable import Brake
@testable import Dashboard

@Suite struct PageTests {
    private func overview(_ scene: Scene, _ links: Links = .node, isPermanent: Bool = false)
        -> String
    {
        OverviewPage(
            state: scene.state, agreement: Scene.agreement, links: links, isPermanent: isPermanent
        ).render()
    }

    @Test(arguments: BrakeState.allCases)
    func `the overview of every state is well-formed`(_ brake: BrakeState) {
        check(page: overview(Scene(brake: brake)))
        check(page: overview(Scene(brake: brake), .folder(depth: 0), isPermanent: true))
    }

    @Test func `a state without anything in it is a page, too`() throws {
        let state = Brake(agreement: Scene.agreement).state
        let page = OverviewPage(
            state: state, agreement: Scene.agreement, links: .node, isPermanent: false)
        check(page: page.render())
        #expect(Markup(page.render()).text.contains("No measure is in force."))
    }

    @Test func `the first line is the sentence, and it is linked to for good`() {
        let scene = Scene()
        let page = overview(scene)
        #expect(page.contains("/at/42-\(Scene.now.milliseconds)\""))
        let text = Markup(page).text
        #expect(text.contains("4 of the 5 known frontier developers are bound, with 70 %"))
        #expect(text.contains("developer-c is unverified"))
        #expect(!overview(scene, .folder(depth: 0)).contains("/at/"))
    }

    @Test func `files of a past instant are of that instant`() {
        let page = OverviewPage(
            state: Scene().state, agreement: Scene.agreement,
            links: .node(at: TreeSize(42), Scene.now), isPermanent: true
        ).render()
        #expect(page.contains("/parties.csv?at=42-\(Scene.now.milliseconds)\""))
        #expect(page.contains("This page shows a past instant."))
        #expect(!page.contains("data-live"))
    }

    @Test func `what the page is about is on it`() {
        let text = Markup(overview(Scene())).text
        for part in [
            "stage 1 of 2: slow from 1e24 FLOP", "article\u{A0}6.4", "entry\u{A0}27", "fictional",
            "emulated", "attested", "false samples of less than 4.21 %", "silent since", "overdue",
            "The suite is too small.", "does not count", "councillor-7", "gap", "answer-missing",
            "oversight", "Self-reports", "too old to count", "22 %",
            "triangle: at the suite's ceiling", "doubling in 128.7 d (104.4 to 158 d, 95 %)",
        ] {
            #expect(text.contains(part), "\(part) is missing")
        }
    }

    @Test func `parties stand in the order of names, whatever they hold`() throws {
        let text = Markup(overview(Scene())).text
        let table = try #require(text.range(of: "Developers and operators"))
        let places = ["a", "b", "c", "d", "e"].compactMap {
            text.range(of: "developer-\($0)", range: table.upperBound..<text.endIndex)?.lowerBound
        }
        #expect(places.count == 5 && places == places.sorted())
    }

    @Test func `a long record stays a page that can be read`() {
        let long = Scene(size: 10_000, closedQuestions: 3000, models: 1000, sites: 1000)
        let page = overview(long)
        check(page: page)
        #expect(page.utf8.count < 3_000_000, "\(page.utf8.count) bytes")
        #expect(page.contains("2980 more are in"))
    }

    @Test(arguments: [
        "<p><b>x</p>", "<p class=a>x</p>", "<p>x", "<p a=\"1\" a=\"2\">x</p>", "<p>&nbsp;</p>",
        "<p <b>x</p>",
    ])
    func `the reader of markup notices mistakes`(_ page: String) {
        #expect(Markup(page).mistakes != [])
    }

    // MARK: - Timeline and entries

    private static let summaries = (0..<10_000).map { number in
        EntrySummary(
            index: LogIndex(UInt64(number)), received: Scene.now, kind: .vote,
            signer: "councillor-\(number % 7 + 1)", subject: "q\(number)",
            effect: number % 3 == 0
                ? .without(NoEffect(reason: .unknownQuestion("<q>"), clause: "5.1")) : .effective)
    }

    private func timeline(_ entries: [EntrySummary], links: Links = .node) -> String {
        TimelinePage(
            entries: entries, size: TreeSize(10_000), selection: .init(kind: .vote),
            newer: TimelinePage.address(.init(kind: .vote), after: LogIndex(9)), older: nil,
            agreement: Scene.agreement, links: links
        ).render()
    }

    @Test func `a page of the timeline is bounded, newest first`() throws {
        let page = timeline(PageTests.summaries)
        check(page: page)
        #expect(Markup(page).all("tr").count == TimelinePage.length + 1)
        #expect(page.utf8.count < 60_000, "\(page.utf8.count) bytes")
        let text = Markup(page).text
        let newest = try #require(text.range(of: "9999"))
        let older = try #require(text.range(of: "9900", range: newest.upperBound..<text.endIndex))
        #expect(newest.lowerBound < older.lowerBound)
        #expect(page.contains("/timeline?kind=vote&amp;after=9\""))
    }

    @Test func `an empty timeline says so`() {
        check(page: timeline([]))
        #expect(Markup(timeline([])).text.contains("None of them is like that."))
    }

    @Test func `an address holds nothing that was not encoded`() {
        let odd = TimelinePage.Selection(signer: "a&b=\"c\"/d e", kind: nil)
        let address = TimelinePage.address(odd, before: LogIndex(7))
        #expect(address == "/timeline?signer=a%26b%3D%22c%22%2Fd%20e&before=7")
    }

    @Test func `every entry of a real log is a page`() throws {
        let record = try Record.standard.get()
        for (place, leaf) in record.leaves.enumerated() {
            let index = LogIndex(UInt64(place))
            let page = EntryPage(
                entry: try Entry(parsing: leaf, index: index),
                summary: record.summaries[place],
                receipt: try record.proof(of: index.value), size: record.size,
                agreement: record.agreement, links: .node
            ).render()
            check(page: page)
        }
    }

    @Test func `what is sealed is shown as committed, and to whom`() throws {
        let text = Markup(try entryPage(25)).text
        #expect(text.contains("committed, for auditors"))
        #expect(text.contains("not given"))
        #expect(!text.contains("4096"))
    }

    @Test func `the bytes on the page are those that were logged`() throws {
        let record = try Record.standard.get()
        let page = try entryPage(26)
        let start = try #require(page.range(of: "<pre id=\"leaf\">"))
        let end = try #require(page.range(of: "</pre>", range: start.upperBound..<page.endIndex))
        let shown = Markup.decoded(page[start.upperBound..<end.lowerBound])
        #expect(Array(shown.utf8) == record.leaves[26])
    }

    private func entryPage(_ index: Int) throws -> String {
        let record = try Record.standard.get()
        return EntryPage(
            entry: try Entry(parsing: record.leaves[index], index: LogIndex(UInt64(index))),
            summary: record.summaries[index],
            receipt: try record.proof(of: UInt64(index)), size: record.size,
            agreement: record.agreement, links: .node
        ).render()
    }
}
