// SPDX-License-Identifier: Apache-2.0

public import Brake
public import PauseAgreement
public import TransparencyLog

/// One page of the log's entries, newest first.
public struct TimelinePage: Sendable {
    /// So many entries stand on one page.
    public static let length = 100

    /// What a reader has narrowed the list down to; nil takes all.
    public struct Selection: Hashable, Sendable {
        public var signer: String?
        public var kind: StatementKind?

        public init(signer: String? = nil, kind: StatementKind? = nil) {
            self.signer = signer
            self.kind = kind
        }

        public func takes(_ summary: EntrySummary) -> Bool {
            (signer ?? summary.signer) == summary.signer && (kind ?? summary.kind) == summary.kind
        }

        var isAll: Bool { self == Selection() }
    }

    private let entries: [EntrySummary]
    private let size: TreeSize
    private let selection: Selection
    private let newer: String?
    private let older: String?
    private let agreement: Agreement
    private let links: Links
    /// Whether it is the newest page, which changes.
    private let isNewest: Bool

    /// - Parameters:
    ///   - entries: at most ``length``, in the order of the log.
    ///   - size: of the whole log.
    ///   - newer, older: addresses of the pages beside it, nil at the ends.
    public init(
        entries: [EntrySummary], size: TreeSize, selection: Selection, newer: String?,
        older: String?, agreement: Agreement, links: Links
    ) {
        self.entries = entries.suffix(TimelinePage.length)
        self.size = size
        self.selection = selection
        self.newer = newer
        self.older = older
        self.agreement = agreement
        self.links = links
        isNewest = newer == nil
    }

    /// The address of a page on a node.
    ///
    /// - Parameters:
    ///   - before: shows what stands before this entry.
    ///   - after: shows what stands right after this entry.
    public static func address(
        _ selection: Selection, before: LogIndex? = nil, after: LogIndex? = nil
    ) -> String {
        let parts: [(String, String?)] = [
            ("kind", selection.kind?.rawValue), ("signer", selection.signer),
            ("before", before?.description), ("after", after?.description),
        ]
        let query = parts.compactMap { name, value in
            value.map { "\(name)=\(percentEncoded($0))" }
        }
        return "/timeline" + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
    }

    /// The page as HTML.
    public func render() -> String {
        let frame = PageFrame(
            title: "Timeline", agreement: agreement.title, links: links, place: .timeline,
            isLive: isNewest && links.isNode,
            trust:
                "This list is the word of whoever serves it; every entry's page checks its proof.")
        let ways = "\(way(newer, "Newer", "prev"))\(way(older, "Older", "next"))" as HTML
        let around: HTML =
            ways.isEmpty
            ? .nothing : "<nav aria-label=\"Pages of the timeline\" class=\"ways\">\(ways)</nav>\n"
        let form = links.isNode ? filter : .nothing
        return frame.render(
            """
            <h1>Timeline</h1>
            <p>The log has \(size.value) entries. \(range)</p>
            \(form)\(around)\(table)\(around)
            """)
    }

    private func way(_ address: String?, _ word: String, _ relation: String) -> HTML {
        address.map { "<a href=\"\($0)\" rel=\"\(relation)\">\(word)</a> " } ?? .nothing
    }

    private var range: HTML {
        guard let first = entries.first, let last = entries.last else {
            return selection.isAll ? "Nothing has been logged yet." : "None of them is like that."
        }
        let what: HTML = selection.isAll ? "This page shows" : "Of those chosen, this page shows"
        return """
            \(what) \(entries.count), from \(first.index.value) to \(last.index.value), newest \
            first.
            """
    }

    private var table: HTML {
        guard !entries.isEmpty else { return .nothing }
        return .table(
            "Entries of the log, newest first",
            ["Entry", "Received", "What", "By", "About", "Effect"],
            entries.reversed().map(row), isBrief: true)
    }

    private func row(_ entry: EntrySummary) -> [HTML] {
        [
            "<a href=\"\(links.entry(entry.index))\">\(entry.index.value)</a>",
            .time(entry.received), "\(entry.kind.rawValue)",
            entry.signer.isEmpty ? "nobody's key" : "\(entry.signer)", "\(entry.subject ?? "–")",
            HTML.effect(entry.effect),
        ]
    }

    private var filter: HTML {
        let kinds: [HTML] = StatementKind.allCases.map {
            option($0.rawValue, isChosen: $0 == selection.kind)
        }
        let parties: [HTML] = ([agreement.log.origin] + agreement.parties.map(\.name)).map {
            option($0, isChosen: $0 == selection.signer)
        }
        return """
            <form action="/timeline" method="get" class="filter">
            <label for="kind">Kind</label>
            <select id="kind" name="kind"><option value="">all</option>\(kinds)</select>
            <label for="signer">By</label>
            <select id="signer" name="signer"><option value="">everybody</option>\(parties)</select>
            <button type="submit">Show</button>
            </form>

            """
    }

    private func option(_ value: String, isChosen: Bool) -> HTML {
        let chosen: HTML = isChosen ? " selected" : .nothing
        return "<option value=\"\(value)\"\(chosen)>\(value)</option>"
    }
}

extension HTML {
    /// What came of an entry.
    static func effect(_ effect: Effect) -> HTML {
        switch effect {
        case .effective: "counts"
        case .without(let why):
            """
            <span class="label bad">without effect</span> \(HTML.prose(why.sentence))\
            \(why.clause.map { " \(HTML.article($0))" as HTML })
            """
        }
    }
}

/// What may stand in a query as a value.
private func percentEncoded(_ text: String) -> String {
    let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
    return text.utf8.map { byte in
        plain.contains(byte) ? String(UnicodeScalar(byte)) : "%" + Hex.encode([byte]).uppercased()
    }.joined()
}
