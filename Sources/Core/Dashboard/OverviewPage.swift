// SPDX-License-Identifier: Apache-2.0

public import Brake
public import PauseAgreement
import TransparencyLog

/// The page that says where the brake stands and why: a function of one state and its agreement.
///
/// Parts: `OverviewPage+Order`, `+Triggers`, `+Questions`, `+Evaluations`, `+Parties`,
/// `+Sites`.
public struct OverviewPage: Sendable {
    let state: State
    let agreement: Agreement
    let links: Links
    /// Whether the page stays at its instant, or shows what is newest.
    let isPermanent: Bool

    /// - Parameters:
    ///   - agreement: the one that the state is of.
    ///   - isPermanent: true for a page that is linked to as of its instant.
    public init(state: State, agreement: Agreement, links: Links, isPermanent: Bool) {
        self.state = state
        self.agreement = agreement
        self.links = links
        self.isPermanent = isPermanent
    }

    /// So many of one kind are drawn at most; what is left out is counted, and is in the state.
    static let most = 200
    /// So many closed questions, mitigations and reports, the newest.
    static let mostClosed = 20

    /// The page as HTML.
    public func render() -> String {
        let frame = PageFrame(
            title: short, agreement: agreement.title, links: links, place: .overview,
            isLive: !isPermanent, trust: trust)
        return frame.render(
            """
            \(headline)\(contents)\(orderSection)\(questionSection)\(triggerSection)\
            \(chartSection)\(evaluationSection)\(partySection)\(siteSection)\(safetySection)\(forceSection)
            """)
    }

    // MARK: - The sentence

    private var short: String {
        switch state.brake {
        case .openForSignature: "Open for signature"
        case .running: "Running"
        case .notified: "Notified"
        case .called: "A pause is called"
        case .paused: "Paused"
        case .resuming: "Resuming"
        case .ended: "Ended"
        }
    }

    private var headline: HTML {
        let permalink: HTML =
            links.instant(state.size, state.at).map {
                "<a href=\"\($0)\" rel=\"bookmark\">Link to this instant</a> · "
            } ?? .nothing
        let now: HTML =
            isPermanent && links.isNode
            ? "<p class=\"notice\">This page shows a past instant. <a href=\"\(links.home)\">Now</a></p>\n"
            : .nothing
        return """
            \(now)<h1 class="headline \(state.brake.rawValue)">\
            \(HTML.prose(state.headline(agreement).sentence))</h1>
            <p>As of \(HTML.time(state.at)), over \(state.size.value) entries. \
            \(permalink)<a href="\(links.table("parties"))">CSV</a> · \
            <a href="\(links.headline)">JSON</a> · <a href="\(links.state)">the whole state</a></p>
            <p class="quiet">Developers are those that the agreement names, shares of compute are its \
            estimates. Lists are in the order of names.</p>

            """
    }

    private var contents: HTML {
        let parts: [(String, String, Bool)] = [
            ("order", "Order", true), ("questions", "Questions", !state.questions.isEmpty),
            ("triggers", "Triggers", true), ("measurements", "Measurements", hasCharts),
            ("evaluations", "Evaluations", hasEvaluations),
            ("parties", "Parties", true), ("sites", "Sites", !state.sites.isEmpty),
            ("safety", "Safety measures", hasSafety), ("force", "Entry into force", true),
        ]
        let items: [HTML] = parts.filter(\.2).map { "<a href=\"#\($0.0)\">\($0.1)</a>" }
        return "<nav aria-label=\"On this page\" class=\"contents\">\(HTML.list(items))</nav>\n"
    }

    private var trust: HTML {
        """
        This page is the word of whoever serves it. To check it, \
        <code>standstill status --agreement FILE</code> derives the state again from the log, \
        <code>standstill verify bundle</code> does so offline, and every entry's page checks its \
        proof in your browser. Agreement <code class="hash">\(state.agreement.hex)</code>.
        """
    }

    /// What was left out of a list.
    func rest(_ all: Int, shown: Int) -> HTML {
        all > shown
            ? "<p class=\"quiet\">\(all - shown) more are in <a href=\"\(links.state)\">the state</a>.</p>\n"
            : .nothing
    }
}
