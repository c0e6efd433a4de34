// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

// MARK: - The drawing within a page

extension Chart {
    /// The drawing in two sizes, of which the style shows one, where its trend leads, its key, and
    /// its figures as a table.
    func figure(links: Links) -> HTML {
        guard !points.isEmpty else { return .nothing }
        let leads: [HTML] = projections.map { "\(capitalized(sentence($0)))" }
        let lines: [HTML] = key.map { "\($0.text)\(links.toEntry($0.entry))" }
        return """
            <figure>
            <figcaption>\(title) <span class="quiet">\(method)</span></figcaption>
            \(svg(.wide))\(svg(.narrow))\(HTML.list(leads, class: "leads"))\
            \(HTML.list(lines, class: "key"))\
            \(HTML.fold("\(id)-figures", "The figures as a table", table(links: links)))</figure>

            """
    }

    private func table(links: Links) -> HTML {
        let rows: [[HTML]] = points.map { point in
            let fictional: HTML =
                point.isFictional ? " <span class=\"label\">fictional</span>" : .nothing
            let standing: HTML =
                point.standing == .counts
                ? .nothing : " <span class=\"label\">\(point.standing.rawValue)</span>"
            let interval: HTML =
                point.interval.map {
                    "\(words($0.low)) to \(words($0.high)) (\($0.confidence.percent))"
                } ?? "–"
            return [
                "\(point.label)\(fictional)", .time(point.at), "\(figure(point))\(standing)",
                interval, "\(point.signer)", point.entry.map { links.toEntry($0) } ?? "–",
            ]
        }
        return .table(
            "\(title): every value drawn, by the day it was \(sources.day)",
            [
                "Subject", capitalized(sources.day), "Value", "Interval", sources.column, "Entry",
            ], rows)
    }

    private func figure(_ point: Point) -> HTML {
        let value = words(point.value)
        if isCensored(point) {
            return "at least \(words(most)) <span class=\"quiet\">(\(value))</span>"
        }
        return isBelow(point)
            ? "at most \(words(least)) <span class=\"quiet\">(\(value))</span>" : "\(value)"
    }
}
