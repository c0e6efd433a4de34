// SPDX-License-Identifier: Apache-2.0

public import Brake
import Disclosure
public import PauseAgreement
public import TransparencyLog

/// One entry: what it says, what came of it, what it keeps sealed, and a check of its proof.
///
/// The page holds the entry's bytes and its receipt as well, so that they can be checked where
/// nothing can be fetched.
public struct EntryPage: Sendable {
    private let entry: Entry
    private let summary: EntrySummary
    private let receipt: LogProof?
    private let size: TreeSize
    private let agreement: Agreement
    private let links: Links
    /// The tlog-policy text of the agreement.
    private let policy: String

    /// - Parameters:
    ///   - receipt: the newest held; nil where there is none yet.
    ///   - size: of the whole log.
    public init(
        entry: Entry, summary: EntrySummary, receipt: LogProof?, size: TreeSize,
        agreement: Agreement, links: Links
    ) {
        self.init(
            entry: entry, summary: summary, receipt: receipt, size: size, agreement: agreement,
            links: links, policy: agreement.policy().text)
    }

    /// For many pages at once, of which the policy is made once.
    init(
        entry: Entry, summary: EntrySummary, receipt: LogProof?, size: TreeSize,
        agreement: Agreement, links: Links, policy: String
    ) {
        self.entry = entry
        self.summary = summary
        self.receipt = receipt
        self.size = size
        self.agreement = agreement
        self.links = links
        self.policy = policy
    }

    /// The page as HTML.
    public func render() -> String {
        let frame = PageFrame(
            title: "Entry \(entry.index)", agreement: agreement.title, links: links, place: .entry,
            isLive: false,
            trust: """
                What the page says is the word of whoever serves it. The check above looks at the \
                bytes; <code>standstill verify receipt</code> does the same with a program that did \
                not come from here.
                """)
        return frame.render(
            """
            <h1>Entry \(entry.index.value): \(summary.kind.rawValue) by \(signer)</h1>
            \(around)\(facts)\(statement)\(sealed)\(proof)
            """)
    }

    private var signer: HTML { summary.signer.isEmpty ? "nobody's key" : "\(summary.signer)" }

    private var around: HTML {
        let index = entry.index.value
        let older: HTML =
            index > 0
            ? "<a href=\"\(links.entry(LogIndex(index - 1)))\" rel=\"prev\">Entry \(index - 1)</a> "
            : .nothing
        let newer: HTML =
            index + 1 < size.value
            ? "<a href=\"\(links.entry(LogIndex(index + 1)))\" rel=\"next\">Entry \(index + 1)</a>"
            : .nothing
        return "<nav aria-label=\"Entries beside this one\" class=\"ways\">\(older)\(newer)</nav>\n"
    }

    private var facts: HTML {
        .definitions([
            ("received", .time(entry.received)), ("said by", signer),
            ("about", summary.subject.map { "\($0)" }),
            ("effect", HTML.effect(summary.effect)),
            ("sequence", "\(entry.statement.sequence)"),
            (
                "under terms",
                "<code class=\"hash\">\(entry.statement.terms.hex)</code>"
            ),
        ])
    }

    private var statement: HTML {
        let lines = StatementLines(entry.statement, links: links)
        return .section("says", "What it says", lines.html)
    }

    private var sealed: HTML {
        let rules = entry.statement.kind.sealedFields
        guard !rules.isEmpty else { return .nothing }
        let rows: [[HTML]] = rules.map { rule in
            let digest = entry.statement.sealed[rule.name]
            let state: HTML =
                digest.map {
                    "committed, for \(audience(rule)): <code class=\"hash\">\($0.text)</code>"
                } ?? "not given"
            return ["\(rule.name)", state]
        }
        return .section(
            "sealed", "What it keeps sealed",
            """
            <p class="quiet">The log holds a salted commitment; the value goes, sealed, to those \
            named.</p>
            \(HTML.table("Sealed fields", ["Field", "In the log"], rows))
            """)
    }

    private func audience(_ rule: FieldRule) -> String {
        switch rule.audience {
        case .public: "everybody"
        case .parties: "all parties"
        case .auditors: "auditors"
        case .authority: "the authority"
        case .named:
            entry.statement.predicate.readers.isEmpty
                ? "nobody named" : entry.statement.predicate.readers.joined(separator: ", ")
        }
    }

    // MARK: - Proof

    private var proof: HTML {
        let receiptLink: HTML =
            receipt == nil
            ? "<p>No receipt can be had yet.</p>\n"
            : """
            <p><a href="\(links.receipt(entry.index))" download="entry-\(entry.index.value).tlog-proof">\
            Download the proof</a> (C2SP tlog-proof) · <a href="\(links.checkpoint)">newest \
            checkpoint</a></p>

            """
        return .section("proof", "Proof", "\(receiptLink)\(check)\(copies)")
    }

    private var check: HTML {
        """
        <form id="check" hidden data-index="\(entry.index.value)" data-signer="\(summary.signer)" \
        data-receipt="\(links.receipt(entry.index))" data-agreement="\(links.agreement)" \
        data-tiles="\(links.tiles)">
        <p><label for="agreement-id">Agreement id, from anywhere but here (optional)</label>
        <input id="agreement-id" name="agreement-id" autocomplete="off" spellcheck="false" \
        pattern=" *[0-9a-f]{64} *" title="64 lower-case hexadecimal digits"></p>
        <button type="submit">Check the proof in this browser</button>
        </form>
        <div id="check-result" role="status"></div>
        <noscript><p>The check in the browser needs JavaScript. Without it: \
        <code>standstill verify receipt</code>.</p></noscript>

        """
    }

    /// The bytes themselves: what a page opened from a file cannot fetch, and what is hashed.
    private var copies: HTML {
        let leaf = String(decoding: entry.leaf, as: UTF8.self)
        let proof: HTML =
            receipt.map { receipt in
                let text = String(decoding: receipt.bytes, as: UTF8.self)
                return HTML.fold(
                    "receipt-copy", "The proof as it is served",
                    "<pre id=\"receipt\">\n\(text)</pre>\n")
            } ?? .nothing
        return """
            \(HTML.fold(
                "leaf-copy", "The entry as it is hashed into the log",
                "<pre id=\"leaf\">\(leaf)</pre>\n"))\(proof)\(HTML.fold(
                    "policy-copy", "Whose keys this page names",
                    "<pre id=\"policy\">\n\(policy)</pre>\n"))
            """
    }
}
