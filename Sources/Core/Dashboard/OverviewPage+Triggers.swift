// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import TransparencyLog

// MARK: - Triggers, and the figures that they read

extension OverviewPage {
    var triggerSection: HTML {
        // Crossed first, then unknown: what needs a reader's eye stands on top.
        let order: [TriggerVerdict] = [.crossed, .unknown, .clear]
        let sorted = order.flatMap { verdict in
            state.triggers.filter { $0.verdict == verdict }
        }
        let shown = sorted.prefix(OverviewPage.most)
        let items = shown.enumerated().map { place, trigger in
            (verdict: trigger.verdict, html: item(trigger, place: place))
        }
        let none: HTML = items.isEmpty ? "<p>Nothing has been measured yet.</p>\n" : .nothing
        let groups = order.map { verdict in
            group(verdict, items.filter { $0.verdict == verdict }.map(\.html))
        }
        return .section(
            "triggers", "Triggers",
            """
            <p class="quiet">A crossed or unknown trigger opens a question; it is never an order.</p>
            \(none)\(groups[0])\(groups[1])\(groups[2])\
            \(rest(sorted.count, shown: shown.count))
            """)
    }

    /// What is crossed stands in the open; of the rest, many are folded into one line.
    private func group(_ verdict: TriggerVerdict, _ items: [HTML]) -> HTML {
        guard !items.isEmpty else { return .nothing }
        let list = HTML.list(items, class: "plain")
        guard verdict != .crossed, items.count > 5 else { return list }
        return .fold(
            "triggers-\(verdict.rawValue)",
            "\(HTML.badge(verdict.rawValue)) <b>\(items.count) triggers</b>", list)
    }

    private func item(_ trigger: TriggerStanding, place: Int) -> HTML {
        let measure: HTML =
            agreement.trigger(trigger.trigger).map {
                "<p>The council is asked for the measure <b>\($0.measure.rawValue)</b>.</p>\n"
            } ?? .nothing
        return .fold(
            "trigger-\(trigger.trigger)-\(place)",
            """
            \(HTML.badge(trigger.verdict.rawValue))\(pending(trigger)) <b>\(trigger.trigger)</b> for \
            \(subject(trigger.subject)) <span class="quiet">since \(HTML.time(trigger.since))</span> \
            \(HTML.article(trigger.clause))
            """,
            "\(measure)\(time(trigger))<ul class=\"reasons\"><li>\(tree(trigger.reason))</li></ul>\n",
            isOpen: trigger.verdict == .crossed)
    }

    private func pending(_ trigger: TriggerStanding) -> HTML {
        trigger.pending == nil ? .nothing : " <span class=\"label\">pending</span>"
    }

    /// What time makes of it: a condition that does not hold for long enough yet, or no longer.
    private func time(_ trigger: TriggerStanding) -> HTML {
        if let pending = trigger.pending {
            let due: HTML =
                pending.due.map { "it is crossed at \(HTML.due($0)) if that goes on" }
                ?? "it is crossed once enough reports confirm it"
            return
                "<p class=\"notice\">Its condition holds since \(HTML.time(pending.since)): \(due).</p>\n"
        }
        return trigger.keptUntil.map {
            "<p class=\"notice\">Its condition no longer holds; it stays crossed until \(HTML.due($0)).</p>\n"
        } ?? .nothing
    }

    private func tree(_ reason: TriggerReason) -> HTML {
        let (sign, word) =
            switch reason.verdict {
            case .yes: ("✓", "met")
            case .no: ("✗", "not met")
            case .unknown: ("?", "unknown")
            }
        let children: HTML =
            reason.children.isEmpty
            ? .nothing : HTML.list(reason.children.map(tree), class: "reasons")
        return """
            <span class="truth \(reason.verdict.rawValue)" title="\(word)">\
            <span aria-hidden="true">\(sign)</span><span class="unseen">\(word):</span></span> \
            \(HTML.prose(reason.text))\(links.toEntry(reason.entry))\(children)
            """
    }

    /// A model by its name, with a label where it is made up.
    func subject(_ subject: Subject) -> HTML {
        let isFictional = state.measurements.contains {
            $0.value.subject == subject && $0.value.fictional
        }
        let label: HTML = isFictional ? " <span class=\"label\">fictional</span>" : .nothing
        return "\(subject.description)\(label)"
    }

    // MARK: - Measurements

    private var measured: [Indicator] {
        agreement.indicators.filter { indicator in
            state.measurements.contains { $0.value.indicator == indicator.name }
        }
    }

    var hasCharts: Bool { !measured.isEmpty }

    var chartSection: HTML {
        let charts = measured.map { Chart($0, of: state, under: agreement) }
        // The one with the trend first, the others by name.
        let sorted = charts.filter { $0.trend != nil } + charts.filter { $0.trend == nil }
        let figures = sorted.map { $0.figure(links: links) }
        return .section(
            "measurements", "Measurements",
            figures.isEmpty
                ? .nothing
                : """
                <p class="quiet">The newest of each indicator, subject and signer, with what it replaced; \
                all of them are in <a href="\(links.table("measurements"))">measurements.csv</a>.</p>
                \(figures)
                """)
    }
}
