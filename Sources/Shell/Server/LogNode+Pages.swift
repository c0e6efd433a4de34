// SPDX-License-Identifier: Apache-2.0

import Brake
import Dashboard
import HTTPTypes
import Hummingbird
import PauseAgreement
import Roles
import Storage
import TransparencyLog

// MARK: - The pages for people

extension LogNode {
    /// Adds what Dashboard draws: pages, their style and script, tables.
    func addPages(to routes: inout Routes) {
        let past = PastStates(sequencer: sequencer, store: store)
        routes.get("/") { _, _ in
            let drawn = OverviewPage(
                state: await presentState(), agreement: agreement, links: .node,
                isPermanent: false)
            return page(drawn.render())
        }
        routes.get("/at/:instant") { _, context in
            let instant = try await instant(context.parameters.get("instant") ?? "")
            let state = try await past.state(at: instant)
            let drawn = OverviewPage(
                state: state, agreement: agreement, links: .node(at: state.size, state.at),
                isPermanent: true)
            return page(drawn.render())
        }
        routes.get("/timeline") { request, _ in try await timeline(request) }
        routes.get("/entry/:index") { _, context in
            try await entryPage(try LogNode.index(context.parameters.get("index")))
        }
        routes.get("/page.css") { _, _ in asset(PageStyle.text, "text/css; charset=utf-8") }
        routes.get("/page.js") { _, _ in asset(PageScript.text, "text/javascript; charset=utf-8") }
        routes.get("/headline.json") { request, _ in
            .json(try await state(request, past).headline(agreement).json)
        }
        routes.get("/state.json") { request, _ in .json(try await state(request, past).json) }
        for table in StateTable.allCases {
            routes.get("/\(table.rawValue).csv") { request, _ in
                csv(table, of: try await state(request, past))
            }
        }
    }

    /// The present state, or that of the instant that the query names.
    private func state(_ request: Request, _ past: PastStates) async throws -> State {
        guard let text = try request.query("at", "SIZE-MILLISECONDS", { $0 }) else {
            return await presentState()
        }
        return try await past.state(at: try await instant(text))
    }

    /// An instant that was: that many entries were there, no more, and it is not to come.
    private func instant(_ text: String) async throws -> LogOperator.Cursor {
        guard let instant = LogOperator.Cursor(text), instant.size > .empty else {
            throw ProblemDocument.notFound("an instant is written SIZE-MILLISECONDS")
        }
        let size = instant.size.value
        let (last, next, all) = await sequencer.read {
            ($0.summary(of: LogIndex(size - 1)), $0.summary(of: LogIndex(size)), $0.size)
        }
        guard let last, instant.size <= all else {
            throw ProblemDocument.notFound("the log has \(all) entries, not \(instant.size)")
        }
        let end = next?.received ?? WallClock.now()
        guard last.received <= instant.tick, instant.tick <= end else {
            throw ProblemDocument.notFound(
                "the log had \(instant.size) entries from \(last.received) to \(end), "
                    + "not at \(instant.tick)")
        }
        return instant
    }

    private static func index(_ text: String?) throws -> LogIndex {
        guard let text, let value = UInt64(text), String(value) == text else {
            throw ProblemDocument.notFound("an entry's index is a number without leading zeros")
        }
        return LogIndex(value)
    }

    private func presentState() async -> State {
        let now = WallClock.now()
        return await sequencer.read { $0.state(at: now) }
    }

    private func page(_ html: String) -> Response {
        var response = Response.bytes(Array(html.utf8), "text/html; charset=utf-8")
        response.headers[.contentSecurityPolicy] = PageHeaders.contentSecurityPolicy
        response.headers[HTTPField.Name("Referrer-Policy")!] = "no-referrer"
        return response
    }

    /// A page names the version of the asset that it wants, so that the answer may be kept.
    private func asset(_ text: String, _ type: String) -> Response {
        .bytes(Array(text.utf8), type, cache: "public, max-age=31536000, immutable")
    }

    private func csv(_ table: StateTable, of state: State) -> Response {
        .bytes(table.bytes(of: state, under: agreement), "text/csv; charset=utf-8; header=present")
    }

    private func entryPage(_ index: LogIndex) async throws -> Response {
        let (summary, receipt, size) = await sequencer.read {
            ($0.summary(of: index), $0.receipt(of: index), $0.size)
        }
        guard let summary, let leaf = try await store.leaves(from: index, limit: 1).first else {
            throw ProblemDocument.notFound("the log has no entry \(index)")
        }
        let drawn = EntryPage(
            entry: try Entry(parsing: leaf, index: index), summary: summary, receipt: receipt,
            size: size, agreement: agreement, links: .node)
        return page(drawn.render())
    }

    // MARK: - Timeline

    private func timeline(_ request: Request) async throws -> Response {
        func index(_ text: String) -> LogIndex? { plainNumber(text).map { LogIndex($0) } }
        // A form sends an empty value for what was not chosen.
        let kind = try request.query("kind", "a kind of statement") { text -> StatementKind?? in
            text.isEmpty ? .some(nil) : StatementKind(rawValue: text).map { .some($0) }
        }
        let signer = try request.query("signer", "a party") { $0 }
        let before = try request.query("before", "an entry's index", index)
        let after = try request.query("after", "an entry's index", index)
        let selection = TimelinePage.Selection(
            signer: signer.flatMap { $0.isEmpty ? nil : $0 }, kind: kind ?? nil)
        let (found, size) = await sequencer.read {
            (LogNode.stretch(of: $0, selection, before: before, after: after), $0.size)
        }
        let newer = found.hasNewer ? found.entries.last?.index ?? before : nil
        let older = found.hasOlder ? found.entries.first?.index ?? after : nil
        let drawn = TimelinePage(
            entries: found.entries, size: size, selection: selection,
            newer: newer.map { TimelinePage.address(selection, after: $0) },
            older: older.map { TimelinePage.address(selection, before: $0) },
            agreement: agreement, links: .node)
        return page(drawn.render())
    }

    /// The entries of one page of the timeline, in the order of the log.
    ///
    /// With `after` those that follow it, otherwise the last ones before `before`.
    private static func stretch(
        of log: LogOperator, _ selection: TimelinePage.Selection, before: LogIndex?,
        after: LogIndex?
    ) -> (entries: [EntrySummary], hasNewer: Bool, hasOlder: Bool) {
        let sought = EntryIndex.Selection(signer: selection.signer, kind: selection.kind)
        let length = TimelinePage.length
        func hasAny(after: LogIndex?, before: LogIndex?) -> Bool {
            let rest = log.search(sought, after: after, before: before, limit: 1)
            return !rest.found.isEmpty || rest.next != nil
        }
        if let after {
            let found = log.search(sought, after: after, limit: length)
            let below = found.found.first?.index ?? LogIndex(log.size.value)
            return (found.found, found.next != nil, hasAny(after: nil, before: below))
        }
        let found = log.search(sought, before: before, .newestFirst, limit: length)
        let page = Array(found.found.reversed())
        let above = page.last?.index ?? before.map { LogIndex(max($0.value, 1) - 1) }
        let hasNewer = above.map { hasAny(after: $0, before: nil) } ?? false
        return (page, hasNewer, found.next != nil)
    }
}
