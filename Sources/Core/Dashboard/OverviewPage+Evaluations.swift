// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import TransparencyLog

// MARK: - Evaluators' work: what they disagree about, asked for, judged, and what others say of it

extension OverviewPage {
    var hasEvaluations: Bool {
        !(state.dissent.isEmpty && state.schedules.isEmpty && state.evaluations.isEmpty
            && state.judgements.isEmpty && state.challenges.isEmpty && state.comments.isEmpty
            && revised.isEmpty)
    }

    var evaluationSection: HTML {
        .section(
            "evaluations", "Evaluations",
            "\(dissent)\(schedules)\(access)\(judgements)\(challenges)\(comments)\(revisions)")
    }

    private func titled(_ title: String, _ items: [HTML], of all: Int) -> HTML {
        guard !items.isEmpty else { return .nothing }
        return "<h3>\(title)</h3>\n\(HTML.list(items))\(rest(all, shown: items.count))"
    }

    private var dissent: HTML {
        let items: [HTML] = state.dissent.prefix(OverviewPage.most).map { dissent in
            let sides = [
                ("met", dissent.yes), ("not met", dissent.no), ("unclear", dissent.unclear),
            ]
            .filter { !$0.1.isEmpty }
            .map { "\($0.0) by \($0.1.joined(separator: ", "))" }
            return """
                <b>\(dissent.trigger)</b> for \(subject(dissent.subject)): \(dissent.part) is \
                \(sides.joined(separator: "; "))
                """
        }
        return titled("Where evaluators disagree", items, of: state.dissent.count)
    }

    private var schedules: HTML {
        // What is missed first.
        let sorted =
            state.schedules.filter { $0.missed != nil }
            + state.schedules.filter { $0.missed == nil }
        let rows: [[HTML]] = sorted.prefix(OverviewPage.most).map { schedule in
            let missed: HTML =
                schedule.missed.map {
                    "<span class=\"label bad\">missed since \(HTML.time($0))</span>"
                } ?? "in time"
            return [
                "\(schedule.indicator)", subject(schedule.subject),
                "every \(schedule.every.description)",
                schedule.newest.map { HTML.time($0) } ?? "never", HTML.due(schedule.due), missed,
                HTML.article(schedule.clause),
            ]
        }
        guard !rows.isEmpty else { return .nothing }
        return """
            <h3>What has to be measured, and by when</h3>
            <p class="quiet">No evaluation is not a pass: after a missed one, older evidence cannot \
            say no.</p>
            \(HTML.table(
                "Evaluations that are due",
                ["Indicator", "Subject", "How often", "Newest", "Next due", "State", "Article"],
                rows))\(rest(state.schedules.count, shown: rows.count))
            """
    }

    private var access: HTML {
        let shown = state.evaluations.suffix(OverviewPage.most).reversed()
        let items: [HTML] = shown.map { request in
            """
            \(HTML.time(request.at)) \(request.evaluator) asked \(request.developer) for \
            \(request.access.rawValue) access to \(subject(.model(request.model))): \
            \(HTML.said(request.what))\(links.toEntry(request.entry as LogIndex?)); \
            \(answer(to: request))
            """
        }
        return titled("Access that was asked for", items, of: state.evaluations.count)
    }

    private func answer(to request: AccessStanding) -> HTML {
        guard let answer = request.answer else {
            let late: HTML =
                request.overdue ? " <span class=\"label bad\">overdue</span>" : .nothing
            let due: HTML = request.due.map { ", due \(HTML.due($0))" } ?? .nothing
            return "no answer yet\(due)\(late)"
        }
        let late: HTML = answer.inTime ? .nothing : " <span class=\"label\">late</span>"
        let what =
            answer.access.map { granted in
                granted < request.access ? "granted only \(granted.rawValue)" : "granted"
            } ?? "refused"
        return """
            <b>\(what)</b> \(HTML.time(answer.at))\(late): \(HTML.said(answer.reason))\
            \(links.toEntry(answer.entry as LogIndex?))
            """
    }

    private var judgements: HTML {
        let items: [HTML] = state.judgements.prefix(OverviewPage.most).map { standing in
            let judgement = standing.judgement
            let stale: HTML =
                standing.stale ? " <span class=\"label\">too old to count</span>" : .nothing
            return """
                <b>\(judgement.claim)</b> for \(subject(judgement.subject)): \
                <b>\(judgement.holds.rawValue)</b> by \(standing.signer), \
                \(judgement.assurance.rawValue), \(HTML.time(judgement.made))\(stale): \
                \(HTML.said(judgement.reason))\(links.toEntry(standing.entry as LogIndex?))
                """
        }
        return titled("What was judged", items, of: state.judgements.count)
    }

    private var challenges: HTML {
        let shown = state.challenges.suffix(OverviewPage.most).reversed()
        let items: [HTML] = shown.map { challenge in
            let interval =
                challenge.interval.map { " (\($0.low) to \($0.high), \($0.confidence.percent))" }
                ?? ""
            return """
                \(challenge.party) finds \(Quantity(challenge.value, challenge.unit).words)\
                \(interval) instead of what \(links.toEntry(challenge.measurement)) says: \
                \(HTML.said(challenge.reason))\(links.toEntry(challenge.entry as LogIndex?)); \
                question \(challenge.question) is \(HTML.badge(challenge.outcome.rawValue))
                """
        }
        return titled("What was found otherwise", items, of: state.challenges.count)
    }

    private var comments: HTML {
        let shown = state.comments.suffix(OverviewPage.mostClosed).reversed()
        let items: [HTML] = shown.map { comment in
            let late: HTML = comment.inTime ? .nothing : " <span class=\"label\">late</span>"
            return """
                \(HTML.time(comment.at)) \(comment.party) on \(links.toEntry(comment.about)): \
                \(HTML.said(comment.text))\(late)\(links.toEntry(comment.entry as LogIndex?))
                """
        }
        return titled("What developers say of results", items, of: state.comments.count)
    }

    // MARK: - Revisions

    /// What was measured more than once, or was corrected, challenged or withdrawn.
    private var revised: [HistoryStanding] {
        state.history.filter { history in
            history.count > 1
                || history.revisions.contains {
                    $0.withdrawn || $0.corrects != nil || $0.challenge != nil
                        || $0.stage == .preliminary
                }
        }
    }

    private var revisions: HTML {
        let shown = revised.prefix(OverviewPage.most)
        let folds: [HTML] = shown.enumerated().map { place, history in
            let unit = agreement.indicator(history.indicator)?.unit ?? .count
            let rows: [[HTML]] = history.revisions.reversed().map { row($0, unit) }
            let more: HTML =
                history.count > history.revisions.count
                ? "<p class=\"quiet\">\(history.count - history.revisions.count) older ones are in the log.</p>\n"
                : .nothing
            return .fold(
                "revisions-\(place)",
                """
                <b>\(history.indicator)</b> of \(subject(history.subject)) by \(history.signer): \
                \(history.count) in all
                """,
                """
                \(HTML.table(
                    "Revisions, newest first",
                    ["Entry", "Made", "Value", "Interval", "What became of it"], rows))\(more)
                """)
        }
        guard !folds.isEmpty else { return .nothing }
        return """
            <h3>Revisions</h3>
            <p class="quiet">Every measurement stays in the record, with what became of it; all are in \
            <a href="\(links.table("history"))">history.csv</a>.</p>
            \(HTML(folds))\(rest(revised.count, shown: shown.count))
            """
    }

    private func row(_ revision: RevisionStanding, _ unit: QuantityUnit) -> [HTML] {
        let interval: HTML =
            revision.interval.map {
                let (low, high) = (Quantity($0.low, unit), Quantity($0.high, unit))
                return "\(low.words) to \(high.words) (\($0.confidence.percent))"
            } ?? "–"
        return [
            links.toEntry(revision.entry), .time(revision.made),
            "\(Quantity(revision.value, unit).words)", interval, fate(of: revision),
        ]
    }

    private func fate(of revision: RevisionStanding) -> HTML {
        var parts: [HTML] = []
        if revision.stage == .preliminary { parts.append("preliminary") }
        if let corrects = revision.corrects {
            let why: HTML = revision.reason.map { ": \(HTML.said($0))" } ?? .nothing
            parts.append("corrects \(links.toEntry(corrects))\(why)")
        }
        if let challenge = revision.challenge {
            let outcome = revision.outcome.map { " (\($0.rawValue))" } ?? ""
            parts.append("challenged in \(challenge)\(outcome)")
        }
        if revision.withdrawn { parts.append("<b>withdrawn</b>") }
        return parts.isEmpty ? "–" : HTML(parts, separator: "; ")
    }
}
