// SPDX-License-Identifier: Apache-2.0

import PauseAgreement

/// One drawing of a chart under way: where everything stands, and the ground it stands on.
///
/// Parts: `Drawing+Trend` lays the trend and what it leads to, `Drawing+Points` the values.
struct Drawing {
    let chart: Chart
    let size: Chart.Size
    let axis: Axis
    let timeAxis: TimeAxis
    // The plot's edges.
    let left = 52.0
    let top = 30.0
    let right: Double
    let bottom: Double

    init(_ chart: Chart, _ size: Chart.Size) {
        self.chart = chart
        self.size = size
        axis = Axis(chart)
        timeAxis = TimeAxis(
            chart.points.map(\.at), most: size.timeLabels, until: chart.projectedEnd)
        right = size.width - 12
        bottom = size.height - 28
    }

    func x(_ point: Chart.Point) -> Double { x(at: timeAxis.place(point.at)) }
    func x(at place: Double) -> Double { left + place * (right - left) }
    func x(day: Double) -> Double { x(at: timeAxis.place(day: day)) }
    func y(_ value: Double) -> Double { y(at: axis.place(value)) }
    func y(at place: Double) -> Double { bottom - place * (bottom - top) }

    /// Everything within the drawing's own coordinates.
    var body: HTML {
        var labels = LabelPlaces(left: left, right: right, top: top, bottom: bottom)
        for point in chart.points {
            labels.take(around: x(point), y(point))
            guard let (low, high) = ends(point) else { continue }
            labels.avoid(x(point), from: low, to: high)
        }
        let ground: HTML = """
            <text class="axis" x="4" y="14">\(scaleName)</text>
            \(ceiling(&labels))\(grid)
            """
        let trend = trend
        let thresholds = thresholds(&labels)
        let crossings = crossings(&labels)
        return "\(ground)\(trend)\(thresholds)\(crossings)\(points(&labels))"
    }

    private var scaleName: String {
        let scale = axis.scale == .logarithmic ? "logarithmic scale" : "linear scale from zero"
        return chart.unit == .share ? scale : "\(chart.unit.rawValue), \(scale)"
    }

    // MARK: - Ground

    private var grid: HTML {
        var pieces: [HTML] = []
        var last = Double.infinity
        for tick in axis.ticks {
            let y = y(tick.value)
            // Labels need room; those that have none are left out with their lines.
            guard last - y >= 22 || last == .infinity else { continue }
            last = y
            pieces.append(
                """
                <line class="grid" x1="\(p(left))" y1="\(p(y))" x2="\(p(right))" y2="\(p(y))"/>
                <text class="tick" x="\(p(left - 6))" y="\(p(y + 4))" text-anchor="end">\(tick.label)</text>

                """)
        }
        for tick in timeAxis.ticks {
            let x = x(day: tick.day)
            let half = LabelPlaces.width(tick.label) / 2
            pieces.append(
                """
                <line class="grid" x1="\(p(x))" y1="\(p(bottom))" x2="\(p(x))" y2="\(p(bottom + 5))"/>
                <text class="tick" x="\(p(min(x, size.width - half - 2)))" y="\(p(bottom + 20))" text-anchor="middle">\(tick.label)</text>

                """)
        }
        pieces.append(
            "<line class=\"base\" x1=\"\(p(left))\" y1=\"\(p(bottom))\" x2=\"\(p(right))\" y2=\"\(p(bottom))\"/>\n"
        )
        return HTML(pieces)
    }

    private func ceiling(_ labels: inout LabelPlaces) -> HTML {
        guard axis.showsCeiling else { return .nothing }
        let y = y(chart.most.approximate)
        // A threshold just above would stand on the words.
        let isClose = chart.thresholds.contains { (0.0..<16).contains(y - self.y($0)) }
        let foot = isClose ? y + 14 : y - 5
        labels.take(text: ceilingName, from: left + 5, foot)
        return """
            <rect class="beyond" x="\(p(left))" y="\(p(top))" width="\(p(right - left))" \
            height="\(p(max(0, y - top)))"/>
            <line class="ceiling" x1="\(p(left))" y1="\(p(y))" x2="\(p(right))" y2="\(p(y))"/>
            <text class="note" x="\(p(left + 5))" y="\(p(foot))">\(ceilingName)</text>

            """
    }

    private var ceilingName: String {
        let figure = Quantity(chart.most, chart.unit).words
        return size == .narrow
            ? "suite ends at \(figure)"
            : "the suite ends at \(figure): above, values are \"at least\""
    }

    func y(_ threshold: Chart.Threshold) -> Double { y(threshold.figure.approximate) }

    private func thresholds(_ labels: inout LabelPlaces) -> HTML {
        var pieces: [HTML] = []
        for threshold in chart.thresholds {
            let y = y(threshold)
            let name = name(threshold)
            let foots = [y - 5, y + 14, y - 19]
            // Two triggers may ask for figures near each other: the second label goes below.
            let foot = foots.first { labels.isFree(name, from: left + 5, $0) } ?? foots[0]
            labels.take(text: name, from: left + 5, foot)
            pieces.append(
                """
                <line class="threshold" x1="\(p(left))" y1="\(p(y))" x2="\(p(right))" y2="\(p(y))"/>
                <text class="threshold" x="\(p(left + 5))" y="\(p(foot))">\(name)</text>

                """)
        }
        return HTML(pieces)
    }

    private func name(_ threshold: Chart.Threshold) -> String {
        let figure = Quantity(threshold.figure, chart.unit).words
        guard !threshold.label.isEmpty else { return figure }
        let full = "\(threshold.label): \(figure)"
        // Room is left for the words on where the trend crosses the line.
        let room = right - left - (chart.line == nil ? 0 : 90)
        return LabelPlaces.width(full) < room ? full : figure
    }
}

/// A coordinate with one decimal.
func p(_ value: Double) -> String {
    let tenths = Int64((min(max(value, -1e6), 1e6) * 10).rounded())
    let sign = tenths < 0 ? "-" : ""
    let size = tenths.magnitude
    return size % 10 == 0 ? "\(sign)\(size / 10)" : "\(sign)\(size / 10).\(size % 10)"
}
