// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import TransparencyLog

// MARK: - Questions: votes, dissent, clocks

extension OverviewPage {
    var questionSection: HTML {
        guard !state.questions.isEmpty else { return .nothing }
        let open = state.questions.filter { $0.status == .open }
        let closed = state.questions.filter { $0.status != .open }
        let shownOpen = open.prefix(OverviewPage.most)
        let shownClosed = closed.suffix(OverviewPage.mostClosed).reversed()
        let none: HTML = open.isEmpty ? "<p>No question is open.</p>\n" : .nothing
        let past: HTML =
            closed.isEmpty
            ? .nothing
            : """
            <h3>Decided</h3>
            \(HTML(shownClosed.map(item)))\(rest(closed.count, shown: shownClosed.count))
            """
        return .section(
            "questions", "Questions",
            """
            \(none)\(HTML(shownOpen.map(item)))\(rest(open.count, shown: shownOpen.count))\(past)
            """)
    }

    private func item(_ question: QuestionStanding) -> HTML {
        let clock: HTML =
            question.closed.map { " closed \(HTML.time($0))" }
            ?? " decision due \(HTML.due(question.deadline))"
        let members = question.recused.map { "\($0.party) (\($0.reason))" }
        let body: HTML = """
            <p>\(HTML.prose(question.sentence)).</p>
            \(HTML.definitions([
                ("opened", .time(question.opened)), ("deadline", .due(question.deadline)),
                ("needs", needs(question.rule)),
                ("counted so far", tally(question)),
                ("without a vote", "\(members.joined(separator: ", "))"),
            ]))\(votes(question))\(hearings(question))
            """
        return .fold(
            "question-\(question.id)",
            """
            \(HTML.badge(question.status.rawValue)) <b>\(question.id)</b> \(question.kind.rawValue)\
            \(about(question))<span class="quiet">,\(clock)</span> \(HTML.article(question.clause))
            """,
            body, isOpen: question.status == .open)
    }

    private func about(_ question: QuestionStanding) -> HTML {
        if let cause = question.cause { return " of cause \(cause)" }
        if let accused = question.accused, question.kind == .nonCompliance {
            return " of \(accused)"
        }
        return question.subject.map { " for \(subject($0))" } ?? .nothing
    }

    private func needs(_ rule: DecisionRule) -> HTML {
        let silence =
            switch rule.onTimeout {
            case .reject: "without them nothing changes"
            case .lapse: "without them the order lapses to a milder measure"
            }
        return "\(rule.quorum) yes from \(rule.jurisdictions) jurisdictions; \(silence)"
    }

    private func tally(_ question: QuestionStanding) -> HTML {
        let counted = question.votes.filter(\.counts)
        let parts = Vote.Choice.allCases.map { choice in
            "\(counted.count { $0.choice == choice }) \(choice.rawValue)"
        }
        return "\(parts.joined(separator: ", "))"
    }

    private func votes(_ question: QuestionStanding) -> HTML {
        guard !question.votes.isEmpty else { return .nothing }
        let rows: [[HTML]] = question.votes.prefix(OverviewPage.most).map { vote in
            let counts: HTML =
                vote.counts ? .nothing : " <span class=\"label\">does not count</span>"
            return [
                "\(vote.party)", "<b>\(vote.choice.rawValue)</b>\(counts)", .said(vote.reason),
                links.toEntry(vote.entry),
            ]
        }
        return HTML.table(
            "Votes on \(question.id), dissent included", ["Member", "Vote", "Reason", "Entry"], rows
        )
        .appending(rest(question.votes.count, shown: rows.count))
    }

    private func hearings(_ question: QuestionStanding) -> HTML {
        let items: [HTML] = question.hearings.prefix(OverviewPage.mostClosed).map {
            "\($0.party) was heard: \(HTML.said($0.position))\(links.toEntry($0.entry as LogIndex?))"
        }
        return HTML.list(items).appending(rest(question.hearings.count, shown: items.count))
    }
}

extension HTML {
    func appending(_ other: HTML) -> HTML { HTML([self, other]) }
}
