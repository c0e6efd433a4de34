// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

// MARK: - The words and the table beside a drawing

extension Chart {
    /// The drawing in two sizes, of which the style shows one, its key, and its figures as a table.
    func figure(links: Links) -> HTML {
        guard !points.isEmpty else { return .nothing }
        return """
            <figure>
            <figcaption>\(title) <span class="quiet">\(method)</span></figcaption>
            \(svg(.wide))\(svg(.narrow))\(HTML.list(key(links: links), class: "key"))\
            \(HTML.fold("\(id)-figures", "The figures as a table", table(links: links)))</figure>

            """
    }

    /// What a reader without the drawing has to know of it.
    var summary: String {
        let subjects = Set(points.map(\.label)).count
        var parts = [
            "\(points.count) measured \(points.count == 1 ? "value" : "values") of \(subjects) "
                + (subjects == 1 ? "subject" : "subjects")
        ]
        if let first = points.first, let last = points.last {
            parts.append("made from \(first.at.day) to \(last.at.day)")
        }
        if let low = points.map(\.value).min(), let high = points.map(\.value).max() {
            parts.append("from \(words(low)) to \(words(high))")
        }
        parts += thresholds.map { "\($0.label) asks for \(words($0.figure))" }
        let censored = points.count { isCensored($0) }
        if censored > 0 {
            parts.append("\(censored) at the suite's ceiling, so at least \(words(most))")
        }
        return parts.joined(separator: "; ") + ". The table below has every figure."
    }

    private func words(_ value: ExactDecimal) -> String { Quantity(value, unit).words }

    /// One point in words.
    func sentence(_ point: Point) -> String {
        var text = "\(point.label): "
        text += isCensored(point) ? "at least \(words(most))" : words(point.value)
        if let interval = point.interval {
            text += " (\(words(interval.low)) to "
            text += most < interval.high ? "past the ceiling" : words(interval.high)
            text += ", \(interval.confidence.percent))"
        }
        text += ", \(point.signer), \(point.at.day)"
        if point.isFictional { text += ", fictional" }
        return point.isStale ? text + ", too old to count" : text
    }

    private func key(links: Links) -> [HTML] {
        let shapes = ["circle", "square", "diamond"]
        var items: [HTML] = signers.enumerated().map { place, signer in
            "\(signer): \(shapes[place % 3])"
        }
        if points.contains(where: { $0.interval != nil }) {
            items.append("vertical line: interval, with an arrow where it goes past the ceiling")
        }
        if points.contains(where: isCensored) {
            items.append("triangle: at the suite's ceiling, so “at least” that")
        }
        if points.contains(where: \.isFictional) {
            items.append("hollow and dashed: <b>fictional</b> model")
        }
        if points.contains(where: \.isStale) { items.append("pale: too old to count") }
        if omitted > 0 { items.append("\(omitted) older values are not drawn") }
        if let trend, let anchor, Axis(self).scale == .logarithmic {
            items.append(key(trend, anchor, links: links))
        }
        return items
    }

    private func key(_ trend: Trend, _ anchor: Point, links: Links) -> HTML {
        let range: HTML =
            trend.interval.map {
                " (\($0.low.description) to \($0.high.description) d, \($0.confidence.percent))"
            } ?? .nothing
        return """
            sloping line and band: doubling in \(trend.doubling.description) d\(range), as \
            \(trend.signer) signed\(links.toEntry(trend.entry)), laid through \(anchor.label); not \
            fitted here, and no forecast
            """
    }

    private func table(links: Links) -> HTML {
        let rows: [[HTML]] = points.map { point in
            let fictional: HTML =
                point.isFictional ? " <span class=\"label\">fictional</span>" : .nothing
            let stale: HTML =
                point.isStale ? " <span class=\"label\">too old to count</span>" : .nothing
            let value: HTML =
                isCensored(point)
                ? "at least \(words(most)) <span class=\"quiet\">(\(words(point.value)))</span>"
                : "\(words(point.value))"
            let interval: HTML =
                point.interval.map {
                    "\(words($0.low)) to \(words($0.high)) (\($0.confidence.percent))"
                } ?? "–"
            return [
                "\(point.label)\(fictional)", .time(point.at), "\(value)\(stale)", interval,
                "\(point.signer)", point.entry.map { links.toEntry($0) } ?? "–",
            ]
        }
        return .table(
            "\(title): every value drawn, by the day it was made",
            ["Subject", "Made", "Value", "Interval", "Signed by", "Entry"], rows)
    }
}

extension Time {
    /// The day alone.
    fileprivate var day: String { String(description.prefix { $0 != "T" }) }
}
