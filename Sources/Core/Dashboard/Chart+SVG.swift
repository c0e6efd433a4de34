// SPDX-License-Identifier: Apache-2.0

import PauseAgreement

// MARK: - Drawing

extension Chart {
    /// How large a drawing is, in the units of its own coordinates.
    public enum Size: String, Sendable, CaseIterable {
        /// For a screen of 320 pixels.
        case narrow
        case wide

        var width: Double { self == .narrow ? 320 : 760 }
        var height: Double { self == .narrow ? 300 : 400 }
        var timeLabels: Int { self == .narrow ? 4 : 8 }
    }

    /// The drawing as an `svg` element; as a file of its own it brings its style along.
    public func svg(_ size: Size, isFile: Bool = false) -> HTML {
        Drawing(self, size).svg(isFile: isFile)
    }
}

/// One drawing under way: where everything stands.
private struct Drawing {
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
        timeAxis = TimeAxis(chart.points.map(\.at), most: size.timeLabels)
        right = size.width - 12
        bottom = size.height - 28
    }

    func x(_ point: Chart.Point) -> Double { x(at: timeAxis.place(point.at)) }
    func x(at place: Double) -> Double { left + place * (right - left) }
    func y(_ value: Double) -> Double { y(at: axis.place(value)) }
    func y(at place: Double) -> Double { bottom - place * (bottom - top) }

    func svg(isFile: Bool) -> HTML {
        let id = "\(chart.id)-\(size.rawValue)"
        let space: HTML = isFile ? " xmlns=\"http://www.w3.org/2000/svg\"" : .nothing
        let style: HTML = isFile ? "<style>\(HTML(css: PageStyle.file))</style>\n" : .nothing
        return """
            <svg\(space) class="chart \(size.rawValue)" viewBox="0 0 \(Int(size.width)) \
            \(Int(size.height))" role="img" aria-labelledby="\(id)-t \(id)-d">
            <title id="\(id)-t">\(chart.title)</title>
            <desc id="\(id)-d">\(chart.summary)</desc>
            \(style)<text class="axis" x="4" y="14">\(scaleName)</text>
            \(ceiling)\(grid)\(trend)\(thresholds)\(points)</svg>

            """
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
            let x = x(at: timeAxis.place(day: tick.day))
            pieces.append(
                """
                <line class="grid" x1="\(p(x))" y1="\(p(bottom))" x2="\(p(x))" y2="\(p(bottom + 5))"/>
                <text class="tick" x="\(p(min(x, right - 24)))" y="\(p(bottom + 20))" text-anchor="middle">\(tick.label)</text>

                """)
        }
        pieces.append(
            "<line class=\"base\" x1=\"\(p(left))\" y1=\"\(p(bottom))\" x2=\"\(p(right))\" y2=\"\(p(bottom))\"/>\n"
        )
        return HTML(pieces)
    }

    private var ceiling: HTML {
        guard axis.showsCeiling else { return .nothing }
        let y = y(chart.most.approximate)
        return """
            <rect class="beyond" x="\(p(left))" y="\(p(top))" width="\(p(right - left))" \
            height="\(p(max(0, y - top)))"/>
            <line class="ceiling" x1="\(p(left))" y1="\(p(y))" x2="\(p(right))" y2="\(p(y))"/>
            <text class="note" x="\(p(left + 5))" y="\(p(y - 5))">\(ceilingName)</text>

            """
    }

    private var ceilingName: String {
        let figure = Quantity(chart.most, chart.unit).words
        return size == .narrow
            ? "suite ends at \(figure)"
            : "the suite ends at \(figure): above, values are \"at least\""
    }

    private var thresholds: HTML {
        var taken: [Double] = []
        let pieces: [HTML] = chart.thresholds.map { threshold in
            let y = y(threshold.figure.approximate)
            // Two triggers may ask for the same figure: the second label goes below the line.
            let below = taken.contains { abs($0 - y) < 14 }
            taken.append(y)
            return """
                <line class="threshold" x1="\(p(left))" y1="\(p(y))" x2="\(p(right))" y2="\(p(y))"/>
                <text class="threshold" x="\(p(left + 5))" y="\(p(below ? y + 14 : y - 5))">\(name(threshold))</text>

                """
        }
        return HTML(pieces)
    }

    private func name(_ threshold: Chart.Threshold) -> String {
        let figure = Quantity(threshold.figure, chart.unit).words
        let full = "\(threshold.label): \(figure)"
        return Double(full.count) * 6.2 < right - left ? full : figure
    }

    // MARK: - Trend

    /// A line of the signed slope through one point, and the fan of its interval.
    private var trend: HTML {
        guard axis.scale == .logarithmic, let trend = chart.trend, let anchor = chart.anchor,
            trend.doubling.approximate > 0
        else { return .nothing }
        let day = Double(anchor.at.milliseconds) / 86_400_000
        let level = binaryLogarithm(max(anchor.value.approximate, axis.low))
        func y(at time: Double, doubling: Double) -> Double {
            // Far beyond the plot all lines look alike; this keeps the numbers short.
            let exponent = min(max(level + (time - day) / doubling, -900), 900)
            let low = binaryLogarithm(axis.low)
            return self.y(at: (exponent - low) / (binaryLogarithm(axis.high) - low))
        }
        let (x0, xa, x1) = (left, x(anchor), right)
        let middle = trend.doubling.approximate
        let ends = [trend.interval?.low, trend.interval?.high].map {
            max($0?.approximate ?? middle, 1e-3)
        }
        func edge(_ time: Double, _ choose: (Double, Double) -> Double) -> Double {
            choose(y(at: time, doubling: ends[0]), y(at: time, doubling: ends[1]))
        }
        let (from, to) = (timeAxis.from, timeAxis.to)
        let ya = y(at: day, doubling: middle)
        let fan = [
            (x0, edge(from, min)), (xa, ya), (x1, edge(to, min)), (x1, edge(to, max)), (xa, ya),
            (x0, edge(from, max)),
        ]
        let corners = fan.map { "\(p($0.0)),\(p($0.1))" }.joined(separator: " ")
        let (width, height) = (right - left, bottom - top)
        return """
            <svg x="\(p(left))" y="\(p(top))" width="\(p(width))" height="\(p(height))" \
            viewBox="\(p(left)) \(p(top)) \(p(width)) \(p(height))">
            <polygon class="band" points="\(corners)"/>
            <line class="trend" x1="\(p(x0))" y1="\(p(y(at: from, doubling: middle)))" x2="\(p(x1))" \
            y2="\(p(y(at: to, doubling: middle)))"/>
            </svg>

            """
    }

    // MARK: - Points

    private var points: HTML {
        var labels = LabelPlaces(left: left, right: right, top: top, bottom: bottom)
        let signers = chart.signers
        for point in chart.points { labels.take(around: x(point), y(point)) }
        var named: Set<String> = []
        let pieces: [HTML] = chart.points.map { point in
            let shape = signers.firstIndex(of: point.signer) ?? 0
            var label: HTML = .nothing
            // One name a subject: several evaluators' values of it stand near each other.
            if !named.contains(point.label),
                let (x, y, anchor) = labels.place(point.label, beside: x(point), y(point))
            {
                named.insert(point.label)
                label =
                    "<text class=\"name\" x=\"\(p(x))\" y=\"\(p(y))\" text-anchor=\"\(anchor)\">\(point.label)</text>\n"
            }
            return """
                <g class="point\(point.isFictional ? " fictional" : "")\(point.isStale ? " stale" : "")">
                <title>\(chart.sentence(point))</title>
                \(interval(point))\(marker(point, shape: shape))</g>
                \(label)
                """
        }
        return HTML(pieces)
    }

    /// Values beyond the suite's range stand at its edge.
    private func y(_ point: Chart.Point) -> Double { y(clamped(point.value.approximate)) }

    private func clamped(_ value: Double) -> Double {
        min(max(value, chart.least.approximate), chart.most.approximate)
    }

    private func interval(_ point: Chart.Point) -> HTML {
        guard let interval = point.interval else { return .nothing }
        let x = x(point)
        let low = y(clamped(interval.low.approximate))
        let high = y(clamped(interval.high.approximate))
        let isOpen = chart.most < interval.high
        // An interval that goes past the ceiling ends in an arrow, not in a bar.
        let end: HTML =
            isOpen
            ? "<path class=\"whisker\" d=\"M\(p(x - 4)) \(p(high + 1)) L\(p(x)) \(p(high - 5)) L\(p(x + 4)) \(p(high + 1))\"/>\n"
            : "<line class=\"whisker\" x1=\"\(p(x - 3))\" y1=\"\(p(high))\" x2=\"\(p(x + 3))\" y2=\"\(p(high))\"/>\n"
        return """
            <line class="whisker" x1="\(p(x))" y1="\(p(low))" x2="\(p(x))" y2="\(p(high))"/>
            <line class="whisker" x1="\(p(x - 3))" y1="\(p(low))" x2="\(p(x + 3))" y2="\(p(low))"/>
            \(end)
            """
    }

    private func marker(_ point: Chart.Point, shape: Int) -> HTML {
        let (x, y) = (x(point), y(point))
        if chart.isCensored(point) {
            return
                "<path class=\"mark\" d=\"M\(p(x - 6)) \(p(y + 4)) L\(p(x)) \(p(y - 7)) L\(p(x + 6)) \(p(y + 4)) Z\"/>\n"
        }
        switch shape % 3 {
        case 0: return "<circle class=\"mark\" cx=\"\(p(x))\" cy=\"\(p(y))\" r=\"4.5\"/>\n"
        case 1:
            return
                "<rect class=\"mark\" x=\"\(p(x - 4))\" y=\"\(p(y - 4))\" width=\"8\" height=\"8\"/>\n"
        default:
            return
                "<path class=\"mark\" d=\"M\(p(x)) \(p(y - 6)) L\(p(x + 6)) \(p(y)) L\(p(x)) \(p(y + 6)) L\(p(x - 6)) \(p(y)) Z\"/>\n"
        }
    }
}

/// Where names may stand without covering points or each other.
private struct LabelPlaces {
    let left: Double
    let right: Double
    let top: Double
    let bottom: Double
    private var taken: [(x: ClosedRange<Double>, y: ClosedRange<Double>)] = []

    init(left: Double, right: Double, top: Double, bottom: Double) {
        self.left = left
        self.right = right
        self.top = top
        self.bottom = bottom
    }

    mutating func take(around x: Double, _ y: Double) {
        taken.append((x - 5...x + 5, y - 5...y + 5))
    }

    /// The first free place beside a point; nil where there is none.
    mutating func place(
        _ label: String, beside x: Double, _ y: Double
    ) -> (x: Double, y: Double, anchor: String)? {
        let width = Double(label.count) * 6.3
        let places: [(Double, Double, String)] = [
            (x + 9, y + 4, "start"), (x - 9, y + 4, "end"), (x + 6, y - 9, "start"),
            (x - 6, y - 9, "end"), (x + 6, y + 16, "start"), (x - 6, y + 16, "end"),
        ]
        for (x, y, anchor) in places {
            let from = anchor == "start" ? x : x - width
            let box = (x: from...from + width, y: y - 10...y + 2)
            guard left <= from, from + width <= right, top <= y - 10, y + 2 <= bottom,
                !taken.contains(where: { $0.x.overlaps(box.x) && $0.y.overlaps(box.y) })
            else { continue }
            taken.append(box)
            return (x, y, anchor)
        }
        return nil
    }
}

/// A coordinate with one decimal.
private func p(_ value: Double) -> String {
    let tenths = Int64((min(max(value, -1e6), 1e6) * 10).rounded())
    let sign = tenths < 0 ? "-" : ""
    let size = tenths.magnitude
    return size % 10 == 0 ? "\(sign)\(size / 10)" : "\(sign)\(size / 10).\(size % 10)"
}
