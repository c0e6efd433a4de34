// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import TransparencyLog

// MARK: - Parties, in the order of names

extension OverviewPage {
    var partySection: HTML {
        // Who does covered work first, since the pause is about them; each group by name.
        let working = state.parties.filter { agreement.party($0.name)?.doesCoveredWork ?? false }
        let others = state.parties.filter { !(agreement.party($0.name)?.doesCoveredWork ?? false) }
        let columns = ["Party", "State", "Why", "Jurisdiction", "Roles", "Share of compute"]
        let first = table("Developers and operators", columns, working)
        let second = table("All other parties", Array(columns.dropLast()), others)
        return .section(
            "parties", "Parties",
            """
            <p class="quiet"><a href="\(links.table("parties"))">parties.csv</a></p>
            \(first)\(second.isEmpty ? .nothing : HTML.fold(
                "other-parties", "All other parties (\(others.count))", second))
            """)
    }

    private func table(_ caption: String, _ columns: [String], _ parties: [PartyStanding]) -> HTML {
        guard !parties.isEmpty else { return .nothing }
        let shown = parties.prefix(OverviewPage.most)
        let rows = shown.map { Array(row($0).prefix(columns.count)) }
        return HTML.table(caption, columns, rows)
            .appending(rest(parties.count, shown: shown.count))
    }

    private func row(_ party: PartyStanding) -> [HTML] {
        let share = agreement.party(party.name)?.share ?? .zero
        return [
            "\(party.name)",
            "\(HTML.badge(party.state.rawValue)) <span class=\"quiet\">since \(HTML.time(party.since))</span>",
            party.reason.map { HTML.prose($0) } ?? .nothing, "\(party.jurisdiction)",
            "\(party.roles.map(\.rawValue).joined(separator: ", "))",
            share == .zero ? "–" : "\(share.percent)",
        ]
    }
}
