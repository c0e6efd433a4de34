// SPDX-License-Identifier: Apache-2.0

import Measurement
import PauseAgreement

extension Chart {
    /// Until which day the drawing has to go for the days that the trend leads to; nil where that
    /// is too far to be shown beside the values.
    var projectedEnd: Double? {
        guard let first = points.first?.day, let last = points.last?.day else { return nil }
        let limit = last + max((last - first) * 0.75, 120)
        return projections.filter { $0.crossing.day <= limit }
            .map { min($0.crossing.latest ?? limit, limit) }.max()
    }
}

extension Drawing {
    /// The line and its band; dashed where no value is any more.
    var trend: HTML {
        guard let line = chart.line, let last = chart.points.last?.day else { return .nothing }
        let steps = 24
        let days = (0...steps).map {
            timeAxis.from + (timeAxis.to - timeAxis.from) * Double($0) / Double(steps)
        }
        let readings = days.map { line.reading(at: $0) }
        func corner(_ day: Double, _ level: Double) -> String {
            "\(p(x(day: day))),\(p(y(level: level)))"
        }
        let upper = zip(days, readings).map { corner($0, $1.high) }
        let lower = zip(days, readings).map { corner($0, $1.low) }
        let corners = (upper + lower.reversed()).joined(separator: " ")
        func part(_ from: Double, _ to: Double, _ name: String) -> HTML {
            guard from < to else { return .nothing }
            return """
                <line class="\(name)" x1="\(p(x(day: from)))" \
                y1="\(p(y(level: line.reading(at: from).middle)))" x2="\(p(x(day: to)))" \
                y2="\(p(y(level: line.reading(at: to).middle)))"/>

                """
        }
        let (width, height) = (right - left, bottom - top)
        return """
            <svg class="clip" x="\(p(left))" y="\(p(top))" width="\(p(width))" \
            height="\(p(height))" viewBox="\(p(left)) \(p(top)) \(p(width)) \(p(height))">
            <g><title>\(chart.trendSentence)</title>
            <polygon class="band" points="\(corners)"/>
            \(part(timeAxis.from, min(last, timeAxis.to), "trend"))\
            \(part(last, timeAxis.to, "trend ahead"))</g>
            </svg>

            """
    }

    /// The place of a logarithm to base 2; far beyond the plot all lines look alike.
    private func y(level: Double) -> Double {
        let low = binaryLogarithm(axis.low)
        let place = (level - low) / (binaryLogarithm(axis.high) - low)
        return y(at: min(max(place, -20), 20))
    }

    // MARK: - Where it leads

    /// On each threshold's line: the day on which the trend reaches it, and the bar of its
    /// interval.
    func crossings(_ labels: inout LabelPlaces) -> HTML {
        var pieces: [HTML] = []
        for projection in chart.projections {
            pieces.append(crossing(projection, &labels))
        }
        return HTML(pieces)
    }

    private func crossing(_ projection: Chart.Projection, _ labels: inout LabelPlaces) -> HTML {
        let crossing = projection.crossing
        let y = y(projection.threshold)
        guard crossing.day >= timeAxis.from, top <= y, y <= bottom else { return .nothing }
        let isOff = crossing.day > timeAxis.to
        let middle = isOff ? right : x(day: crossing.day)
        let low = max(left, min(right, x(day: crossing.earliest ?? timeAxis.from)))
        let latest = crossing.latest ?? .infinity
        let high = latest > timeAxis.to ? right : x(day: latest)
        let mark: HTML =
            isOff
            ? .nothing
            : """
            <line class="drop" x1="\(p(middle))" y1="\(p(y))" x2="\(p(middle))" y2="\(p(bottom))"/>
            <circle class="reached" cx="\(p(middle))" cy="\(p(y))" r="5"/>

            """
        let arrow: HTML =
            latest > timeAxis.to
            ? "<path class=\"span\" d=\"M\(p(right - 6)) \(p(y - 4)) L\(p(right)) \(p(y)) L\(p(right - 6)) \(p(y + 4))\"/>\n"
            : "<line class=\"span\" x1=\"\(p(high))\" y1=\"\(p(y - 5))\" x2=\"\(p(high))\" y2=\"\(p(y + 5))\"/>\n"
        let start: HTML =
            low > left
            ? "<line class=\"span\" x1=\"\(p(low))\" y1=\"\(p(y - 5))\" x2=\"\(p(low))\" y2=\"\(p(y + 5))\"/>\n"
            : .nothing
        if !isOff { labels.take(around: middle, y) }
        return """
            <g class="crossing"><title>\(chart.sentence(projection))</title>
            <line class="span" x1="\(p(low))" y1="\(p(y))" x2="\(p(high))" y2="\(p(y))"/>
            \(start)\(arrow)\(mark)</g>
            \(words(projection, beside: middle, y, &labels))
            """
    }

    /// The day beside its mark, with the interval where there is room.
    private func words(
        _ projection: Chart.Projection, beside x: Double, _ y: Double, _ labels: inout LabelPlaces
    ) -> HTML {
        let crossing = projection.crossing
        let day = "\(crossing.day > timeAxis.to ? "→ " : "")\(Chart.date(crossing.day))"
        let full = "\(day) (\(chart.span(crossing)))"
        for text in size == .wide ? [full, day] : [day] {
            let letter = LabelPlaces.boldLetter
            let width = LabelPlaces.width(text, letter: letter)
            let starts = [x - width / 2, x + 10, x - width - 10, right - width - 2]
            let foots = [y - 9, y + 18, y - 24]
            // As near to the mark as there is room.
            for start in starts {
                let from = min(max(start, left + 2), right - width - 2)
                for foot in foots
                where top + 8 <= foot && foot < bottom - 4
                    && labels.isFree(text, from: from, foot, letter: letter)
                {
                    labels.take(text: text, from: from, foot, letter: letter)
                    return
                        "<text class=\"day\" x=\"\(p(from))\" y=\"\(p(foot))\">\(text)</text>\n"
                }
            }
        }
        return .nothing
    }
}
