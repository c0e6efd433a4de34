// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import TransparencyLog

// MARK: - Sites: what was declared, what was found, what could have been missed

extension OverviewPage {
    var siteSection: HTML {
        guard !state.sites.isEmpty else { return .nothing }
        let shown = state.sites.prefix(OverviewPage.most)
        return .section(
            "sites", "Sites",
            """
            <p class="quiet">Correctness: whether what was declared is true. Completeness: whether \
            everything was declared. Findings are <b>attested</b>: an auditor signs what sealed \
            figures show. <a href="\(links.table("sites"))">sites.csv</a></p>
            \(HTML.table("Sites and their verdicts", [
                "Site", "Correctness", "Completeness", "Could have been missed", "Stopped since",
                "Telemetry covers", "Next due",
            ], shown.map(row)))\(rest(state.sites.count, shown: shown.count))\
            <h3>What the verdicts rest on</h3>
            \(HTML(shown.map(detail)))
            """)
    }

    private func name(_ site: SiteStanding) -> HTML {
        let label: HTML = site.emulated ? " <span class=\"label\">emulated</span>" : .nothing
        return "\(site.party)\u{A0}/ \(site.site)\(label)"
    }

    private func row(_ site: SiteStanding) -> [HTML] {
        let silent: HTML =
            site.silentSince.map {
                " <span class=\"label bad\">silent since \(HTML.time($0))</span>"
            } ?? .nothing
        let covered: HTML =
            site.covered.map { "\(HTML.time($0.from)) to \(HTML.time($0.to))" } ?? "nothing"
        return [
            name(site), HTML.badge(site.correctness.rawValue),
            HTML.badge(site.completeness.rawValue), missed(site.couldHaveMissed),
            site.stop.map { "\(HTML.time($0.since))\(links.toEntry($0.entry as LogIndex?))" }
                ?? "–",
            "\(covered)\(silent)", site.due.map { HTML.due($0) } ?? "–",
        ]
    }

    private func missed(_ spot: BlindSpot?) -> HTML {
        guard let spot else { return "unknown: nothing was drawn that passed" }
        return """
            false samples of less than \(spot.share.percent) (with \(spot.confidence.percent) \
            confidence)
            """
    }

    private func detail(_ site: SiteStanding) -> HTML {
        let entries: [HTML] = site.telemetry.suffix(6).map { links.toEntry($0) }
        let body: HTML = """
            <p>\(HTML.prose(capitalized(site.reason)))</p>
            \(HTML.definitions([
                ("declared in", links.toEntry(site.entry)),
                ("newest telemetry", HTML(entries, separator: ", ")),
                ("article", "\(site.clause)"),
            ]))\(findings(site))\(draws(site))\(events(site))
            """
        return .fold("site-\(site.party)-\(site.site)", name(site), body)
    }

    private func findings(_ site: SiteStanding) -> HTML {
        let rows: [[HTML]] = site.findings.map { finding in
            let stale: HTML =
                finding.stale ? " <span class=\"label\">too old to count</span>" : .nothing
            return [
                "<span class=\"label\">attested</span> by \(finding.auditor)\(stale)",
                "\(HTML.time(finding.from)) to \(HTML.time(finding.to))",
                HTML.badge(finding.correctness.rawValue),
                HTML.badge(finding.completeness.rawValue), missed(finding.couldHaveMissed),
                finding.inTime ? "in time" : "late", .said(finding.reason),
                links.toEntry(finding.entry),
            ]
        }
        guard !rows.isEmpty else { return "<p>No auditor has found anything yet.</p>\n" }
        return .table(
            "Findings at \(site.party) / \(site.site)",
            [
                "Auditor", "Period", "Correctness", "Completeness", "Could have been missed",
                "Answered", "Reason", "Entry",
            ], rows)
    }

    private func draws(_ site: SiteStanding) -> HTML {
        let items: [HTML] = site.draws.map {
            """
            \($0.auditor) waits for an answer until \(HTML.due($0.due))\
            \(($0.overdue ? " <span class=\"label bad\">overdue</span>" : "") as HTML)\
            \(links.toEntry($0.entry as LogIndex?))
            """
        }
        return items.isEmpty ? .nothing : "<h4>Unanswered draws</h4>\n\(HTML.list(items))"
    }

    private func events(_ site: SiteStanding) -> HTML {
        let rows: [[HTML]] = site.events.reversed().map { event in
            [
                "\(event.name)", .time(event.at), HTML.prose(event.effect),
                event.entry.map { links.toEntry($0) } ?? "–",
            ]
        }
        guard !rows.isEmpty else { return .nothing }
        return .table(
            "What went wrong with the evidence of \(site.party) / \(site.site), newest first",
            ["Event", "At", "Effect", "Entry"], rows)
    }

    // MARK: - Mitigations, milestones, self-reports

    var hasSafety: Bool {
        !(state.mitigations.isEmpty && state.milestones.isEmpty && state.selfReports.isEmpty)
    }

    var safetySection: HTML {
        .section("safety", "Safety measures", "\(mitigations)\(milestones)\(selfReports)")
    }

    private var mitigations: HTML {
        let shown = state.mitigations.suffix(OverviewPage.mostClosed).reversed()
        let items: [HTML] = shown.map {
            """
            \($0.party) about cause \($0.cause): \(HTML.said($0.what))\
            \(links.toEntry($0.entry as LogIndex?))\(attestations($0.attestations))
            """
        }
        guard !items.isEmpty else { return .nothing }
        return
            "<h3>Mitigations</h3>\n\(HTML.list(items))\(rest(state.mitigations.count, shown: shown.count))"
    }

    private var milestones: HTML {
        let items: [HTML] = state.milestones.map {
            """
            <b>\($0.name)</b>: \($0.text) \(HTML.badge($0.reached ? "reached" : "open")) \
            <span class="quiet">needs \($0.attesters) attesters from \($0.jurisdictions) \
            jurisdictions</span> \(HTML.article($0.clause))\(attestations($0.attestations))
            """
        }
        return items.isEmpty ? .nothing : "<h3>Milestones</h3>\n\(HTML.list(items))"
    }

    private func attestations(_ attestations: [AttestationStanding]) -> HTML {
        HTML.list(
            attestations.prefix(OverviewPage.most).map {
                """
                <span class="label">attested</span> by \($0.party): \
                \(HTML.badge($0.verdict.rawValue)) \(HTML.said($0.reason))\
                \(links.toEntry($0.entry as LogIndex?))
                """
            })
    }

    private var selfReports: HTML {
        let shown = state.selfReports.suffix(OverviewPage.mostClosed).reversed()
        let items: [HTML] = shown.map {
            let site: HTML = $0.site.map { " at \($0)" } ?? .nothing
            return """
                \(HTML.time($0.at)) \($0.party)\(site): \(HTML.said($0.what))\
                \(links.toEntry($0.entry as LogIndex?))
                """
        }
        guard !items.isEmpty else { return .nothing }
        return
            "<h3>Self-reports</h3>\n\(HTML.list(items))\(rest(state.selfReports.count, shown: shown.count))"
    }
}
