// SPDX-License-Identifier: Apache-2.0

public import Brake
import PauseAgreement
import TransparencyLog

/// One plain page that says where the brake stands and why, for people with nothing but a browser.
///
/// No script, no external resource; light and dark follow the reader's system.
public struct StatusPage {
    private let state: State
    private let title: String

    public init(state: State, title: String) {
        self.state = state
        self.title = title
    }

    /// The page as UTF-8 HTML.
    public func render() -> String {
        """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(escaping: headline) – \(escaping: title)</title>
        <style>\(StatusPage.style)</style>
        <main>
        <p class="title">\(escaping: title)</p>
        <h1 class="\(escaping: state.brake.rawValue)">\(escaping: headline)</h1>
        <p>\(escaping: state.sentence).</p>
        <p class="quiet">At \(escaping: state.at.description), over \(state.size.value) entries, epoch \
        \(state.order.epoch). This page is the node's word; <code>standstill status --policy</code> and \
        <code>standstill verify bundle</code> check it.</p>
        \(order)\(questions)\(triggers)\(parties)\(force)
        <p class="quiet"><a href="/api/v1/state">state</a> · <a href="/api/v1/order">order</a> ·
        <a href="/api/v1/statements">statements</a> · <a href="/checkpoint">checkpoint</a> ·
        <a href="/api/v1/agreement">agreement</a> \(escaping: state.agreement.hex)</p>
        </main>
        </html>

        """
    }

    private var headline: String {
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

    private var order: String {
        let measures = state.order.measures.map { measure in
            "<li>\(escaping: measure.sentence) <span class=\"clause\">article \(escaping: measure.clause)</span></li>"
        }
        let causes = state.order.causes.map { cause in
            """
            <li><b>\(escaping: cause.id)</b> \(escaping: cause.sentence) \
            <span class="clause">article \(escaping: cause.clause)</span>\(entryLink(cause.entry))</li>
            """
        }
        return section("Measures in force", list(measures, orNone: "None."))
            + (causes.isEmpty ? "" : section("Causes", list(causes, orNone: "")))
    }

    private var questions: String {
        let items = state.questions.reversed().map { question in
            let votes = question.votes.map { vote in
                """
                <li>\(escaping: vote.party): <b>\(vote.choice.rawValue)</b>\(vote.counts ? "" : " (does not count)") \
                – \(escaping: vote.reason)\(entryLink(vote.entry))</li>
                """
            }
            let hearings = question.hearings.map { heard in
                "<li>\(escaping: heard.party) was heard: \(escaping: heard.position)\(entryLink(heard.entry))</li>"
            }
            return """
                <li>\(escaping: question.sentence) <span class="clause">article \
                \(escaping: question.clause)</span>\(list(votes + hearings, orNone: ""))</li>
                """
        }
        return items.isEmpty ? "" : section("Questions", list(items, orNone: ""))
    }

    private var triggers: String {
        // Crossed first, then unknown: what needs a reader's eye stands on top.
        let order: [TriggerVerdict] = [.crossed, .unknown, .clear]
        let items = order.flatMap { verdict in
            state.triggers.filter { $0.verdict == verdict }.map { trigger in
                """
                <li><details\(verdict == .crossed ? " open" : "")><summary><b class="\(verdict.rawValue)">\
                \(verdict.rawValue)</b> \(escaping: trigger.trigger) for \
                \(escaping: trigger.subject.description) <span class="clause">article \
                \(escaping: trigger.clause)</span></summary>\(tree(trigger.reason))</details></li>
                """
            }
        }
        return section("Triggers", list(items, orNone: "Nothing has been measured yet."))
    }

    private func tree(_ reason: TriggerReason) -> String {
        let children = reason.children.isEmpty ? "" : list(reason.children.map(branch), orNone: "")
        return "<p>\(escaping: reason.text)\(entryLink(reason.entry))</p>\(children)"
    }

    private func branch(_ reason: TriggerReason) -> String { "<li>\(tree(reason))</li>" }

    private var parties: String {
        let rows = state.parties.map { party in
            """
            <tr><td>\(escaping: party.name)<td>\(escaping: party.jurisdiction)<td>\
            \(escaping: party.roles.map(\.rawValue).joined(separator: ", "))<td class="\(party.state.rawValue)">\
            \(party.state.rawValue)<td>\(escaping: party.reason ?? "")
            """
        }
        return section(
            "Parties",
            """
            <div class="wide"><table><tr><th>Party<th>Jurisdiction<th>Roles<th>State<th>Why
            \(rows.joined(separator: "\n"))</table></div>
            """)
    }

    private var force: String {
        let standing = state.entryIntoForce
        let text =
            standing.since.map { "In force since \($0), for \(standing.in.count) parties." }
            ?? "Not in force; waits for \(standing.waitsFor.joined(separator: ", "))."
        let out = standing.out.map { "<li>\(escaping: $0.party): \(escaping: $0.reason)</li>" }
        return section("Entry into force", "<p>\(escaping: text)</p>" + list(out, orNone: ""))
    }

    // MARK: - Parts

    private func section(_ title: String, _ body: String) -> String {
        body.isEmpty ? "" : "<h2>\(title)</h2>\n\(body)\n"
    }

    private func list(_ items: [String], orNone none: String) -> String {
        guard !items.isEmpty else { return none.isEmpty ? "" : "<p>\(none)</p>" }
        return "<ul>\n\(items.joined(separator: "\n"))\n</ul>"
    }

    private func entryLink(_ entry: LogIndex?) -> String {
        entry.map { " <a href=\"/api/v1/statements/\($0.value)\">entry \($0.value)</a>" } ?? ""
    }

    private static let style = """
        :root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:0}\
        main{max-width:56rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere}\
        h1{margin:.2em 0;padding:.4em .6em;border-left:.4em solid #2a7d4f}\
        h1.notified{border-color:#b58900}h1.called,h1.paused{border-color:#b3261e}\
        h2{font-size:1.1rem;margin:1.6em 0 .4em}.title{margin:0;opacity:.75}\
        .quiet,.clause{font-size:.85em;opacity:.75}ul{padding-left:1.2em}li{margin:.3em 0}li p{margin:0}\
        .wide{overflow-x:auto}table{border-collapse:collapse;font-size:.92em}\
        td,th{text-align:left;padding:.25em .7em .25em 0;vertical-align:top;border-bottom:1px solid #8884}\
        b.crossed{color:#b3261e}b.unknown{color:#8a6d00}b.clear{color:#2a7d4f}\
        @media(prefers-color-scheme:dark){b.crossed{color:#ff8a80}b.unknown{color:#ffd54f}b.clear{color:#7bd3a0}}
        """
}
