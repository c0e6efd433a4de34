// SPDX-License-Identifier: Apache-2.0

import PauseAgreement

extension Chart.Standing {
    /// The class of its points in the style.
    var mark: String {
        switch self {
        case .counts: "counts"
        case .behind: "behind"
        case .stale: "stale"
        case .preliminary: "preliminary"
        case .replaced: "replaced"
        case .withdrawn: "withdrawn"
        }
    }
}

extension Drawing {
    /// Every value with its interval, and the names that have room: those that count first, the
    /// newest first.
    func points(_ labels: inout LabelPlaces) -> HTML {
        let signers = chart.signers
        // What counts is drawn last, so that nothing covers it.
        let order = chart.points.indices.sorted {
            let (a, b) = (
                chart.points[$0].standing == .counts, chart.points[$1].standing == .counts
            )
            return a == b ? $0 < $1 : b
        }
        let marks: [HTML] = order.map { place in
            let point = chart.points[place]
            let shape = signers.firstIndex(of: point.signer) ?? 0
            return """
                <g class="point \(point.standing.mark)\(point.isFictional ? " fictional" : "")">
                <title>\(chart.sentence(point))</title>
                <circle class="reach" cx="\(p(x(point)))" cy="\(p(y(point)))" r="9"/>
                \(interval(point))\(marker(point, shape: shape))</g>

                """
        }
        var named: Set<String> = []
        var names: [HTML] = []
        for place in order.reversed() {
            let point = chart.points[place]
            // One name a subject: several evaluators' values of it stand near each other.
            guard !named.contains(point.label),
                let (x, y, anchor) = labels.place(point.label, beside: x(point), y(point))
            else { continue }
            named.insert(point.label)
            names.append(
                "<text class=\"name\" x=\"\(p(x))\" y=\"\(p(y))\" text-anchor=\"\(anchor)\">\(point.label)</text>\n"
            )
        }
        return HTML(marks + names)
    }

    /// Values beyond the suite's range stand at its edge.
    func y(_ point: Chart.Point) -> Double { y(clamped(point.value.approximate)) }

    private func clamped(_ value: Double) -> Double {
        min(max(value, chart.least.approximate), chart.most.approximate)
    }

    /// Where the interval's line begins and ends; nil where none is drawn.
    func ends(_ point: Chart.Point) -> (low: Double, high: Double)? {
        guard let interval = point.interval, point.standing != .replaced else { return nil }
        return (
            y(clamped(interval.low.approximate)), y(clamped(interval.high.approximate))
        )
    }

    private func interval(_ point: Chart.Point) -> HTML {
        guard let interval = point.interval, let (low, high) = ends(point) else { return .nothing }
        let x = x(point)
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
        func path(_ corners: [(Double, Double)]) -> HTML {
            let steps = corners.enumerated().map { place, corner in
                "\(place == 0 ? "M" : "L")\(p(x + corner.0)) \(p(y + corner.1))"
            }
            return "<path class=\"mark\" d=\"\(steps.joined(separator: " ")) Z\"/>\n"
        }
        if point.standing == .withdrawn {
            let (left, right) = (p(x - 5), p(x + 5))
            let (top, bottom) = (p(y - 5), p(y + 5))
            return """
                <path class="mark" d="M\(left) \(top) L\(right) \(bottom) \
                M\(left) \(bottom) L\(right) \(top)"/>

                """
        }
        if chart.isCensored(point) { return path([(-6, 4), (0, -7), (6, 4)]) }
        if chart.isBelow(point) { return path([(-6, -4), (0, 7), (6, -4)]) }
        let isSmall = point.standing == .behind || point.standing == .replaced
        switch shape % 3 {
        case 0:
            let radius = isSmall ? 3 : 4.5
            return
                "<circle class=\"mark\" cx=\"\(p(x))\" cy=\"\(p(y))\" r=\"\(p(radius))\"/>\n"
        case 1:
            let half = isSmall ? 2.8 : 4.0
            return
                "<rect class=\"mark\" x=\"\(p(x - half))\" y=\"\(p(y - half))\" width=\"\(p(2 * half))\" height=\"\(p(2 * half))\"/>\n"
        default:
            let half = isSmall ? 4.0 : 6.0
            return path([(0, -half), (half, 0), (0, half), (-half, 0)])
        }
    }
}
