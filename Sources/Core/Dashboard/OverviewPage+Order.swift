// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import TransparencyLog

// MARK: - The order in force, and its causes

extension OverviewPage {
    var orderSection: HTML {
        let measures = state.order.measures.enumerated().map { place, measure in
            card(measure, place: place)
        }
        let expiry: HTML =
            state.order.expiry.map { ", ends by itself at \(HTML.due($0))" } ?? .nothing
        let none: HTML = measures.isEmpty ? "<p>No measure is in force.</p>\n" : .nothing
        return .section(
            "order", "Order in force",
            """
            <p>\(HTML.prose(capitalized(state.sentence))). <span class="quiet">Epoch \(state.order.epoch)\
            \(expiry).</span></p>
            \(none)\(measures)\(causes)<p class="quiet">Articles are those of \
            <a href="\(links.agreement)">the agreement</a>; its authentic prose prevails.</p>

            """)
    }

    private func card(_ measure: MeasureInForce, place: Int) -> HTML {
        let models: HTML? = measure.models.map { digests in
            HTML.list(digests.prefix(OverviewPage.mostClosed).map(model))
        }
        return """
            <article class="card">
            <h3>\(HTML.badge(measure.measure.rawValue)) \(HTML.article(measure.clause))</h3>
            <p>\(HTML.prose(capitalized(measure.sentence))).</p>
            \(HTML.fold("measure-\(place)", "What it covers", HTML.definitions([
                ("binds", "\(measure.parties.joined(separator: ", "))"),
                ("holds from", .due(measure.from)),
                ("work of", "\(measure.threshold.description) FLOP or more"),
                ("activities", "\(measure.activities.map(\.rawValue).joined(separator: ", "))"),
                ("models", models),
                ("because of", "\(measure.causes.joined(separator: ", "))"),
            ])))</article>

            """
    }

    private func model(_ digest: Digest) -> HTML {
        let name = state.models.first { $0.digest == digest }?.name
        return "\(name ?? "a model") <code class=\"hash\">\(digest.hex)</code>"
    }

    private var causes: HTML {
        let items = state.order.causes.map { cause -> HTML in
            let expiry: HTML? = cause.expiry.map { HTML.due($0) }
            return """
                <b>\(cause.id)</b> \(HTML.prose(cause.sentence))\(links.toEntry(cause.entry)) \
                \(HTML.article(cause.clause))\(HTML.definitions([
                    ("standing", "\(cause.standing.rawValue)"),
                    ("ends by itself", expiry),
                ] + resumption(of: cause)))
                """
        }
        return items.isEmpty ? .nothing : "<h3>Causes</h3>\n\(HTML.list(items))"
    }

    /// How far a cause is on its way out, and what comes next.
    private func resumption(of cause: CauseInForce) -> [(String, HTML?)] {
        guard cause.standing == .resuming else { return [] }
        let stages = agreement.resume.stages
        let stage: HTML =
            if let place = cause.stage, stages.indices.contains(place) {
                """
                stage \(place + 1) of \(stages.count): \(stages[place].measure.rawValue) from \
                \(stages[place].threshold.description) FLOP
                """
            } else {
                "adopted, the first stage has not begun"
            }
        return [("stage", stage), ("next stage", cause.next.map { HTML.due($0) })]
    }

    // MARK: - Entry into force

    var forceSection: HTML {
        let standing = state.entryIntoForce
        let text: HTML =
            standing.since.map {
                "In force since \(HTML.time($0)), for \(standing.in.count) parties."
            } ?? "Not in force; waits for \(standing.waitsFor.joined(separator: ", "))."
        let out: [HTML] = standing.out.map { "\($0.party): \(HTML.prose($0.reason))" }
        return .section(
            "force", "Entry into force",
            "<p>\(text) \(HTML.article(agreement.entryIntoForce.article))</p>\n\(HTML.list(out))")
    }
}
