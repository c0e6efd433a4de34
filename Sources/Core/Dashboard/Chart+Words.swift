// SPDX-License-Identifier: Apache-2.0

import Measurement
import PauseAgreement
import TransparencyLog

// MARK: - What a drawing says, in words

extension Chart {
    /// What a reader without the drawing has to know of it.
    var summary: String {
        let subjects = Set(points.map(\.label)).count
        var parts = [
            "\(points.count) measured \(points.count == 1 ? "value" : "values") of \(subjects) "
                + (subjects == 1 ? "subject" : "subjects")
        ]
        if let first = points.first, let last = points.last {
            parts.append("\(sources.day) from \(first.at.day) to \(last.at.day)")
        }
        if let low = points.map(\.value).min(), let high = points.map(\.value).max() {
            parts.append("from \(words(low)) to \(words(high))")
        }
        parts += thresholds.map { "\(name($0)) asks for \(words($0.figure))" }
        let censored = points.count {
            isCensored($0) && $0.standing != .withdrawn && $0.standing != .replaced
        }
        if censored > 0 {
            parts.append("\(censored) at the suite's ceiling, so at least \(words(most))")
        }
        parts += projections.map(sentence)
        return parts.joined(separator: "; ") + "."
    }

    /// What a reader of a terminal is told of it.
    public var sentences: [String] {
        ["\(title): \(summary)"] + (line == nil ? [] : [trendSentence])
    }

    func words(_ value: ExactDecimal) -> String { Quantity(value, unit).words }

    private func name(_ threshold: Threshold) -> String {
        threshold.label.isEmpty ? "the threshold" : threshold.label
    }

    /// One point in words, with the measurement behind it.
    func sentence(_ point: Point) -> String {
        var text = "\(point.label): "
        if isCensored(point) {
            text += "at least \(words(most))"
        } else if isBelow(point) {
            text += "at most \(words(least))"
        } else {
            text += words(point.value)
        }
        if let interval = point.interval {
            text += " (\(words(interval.low)) to "
            text += most < interval.high ? "past the ceiling" : words(interval.high)
            text += ", \(interval.confidence.percent))"
        }
        text += ", \(point.signer), \(sources.day) \(point.at.day)"
        if point.isFictional { text += ", fictional" }
        if point.standing != .counts { text += ", \(point.standing.rawValue)" }
        if let suite = point.suite, suite != point.signer { text += "\nsuite: \(suite)" }
        if let entry = point.entry { text += "\nentry \(entry.value) of the log" }
        for digest in point.evidence.prefix(4) { text += "\nsha256:\(digest)" }
        if point.evidence.count > 4 { text += "\nand \(point.evidence.count - 4) files more" }
        return text
    }

    // MARK: - The trend

    /// `2026-09-04 to 2027-05-31`.
    func span(_ crossing: Crossing) -> String {
        let from = crossing.earliest.map { Chart.date($0) }
        let to = crossing.latest.map { Chart.date($0) }
        return switch (from, to) {
        case (let from?, let to?): "\(from) to \(to)"
        case (let from?, nil): "\(from) or later, or never"
        case (nil, let to?): "until \(to)"
        case (nil, nil): "no bounds"
        }
    }

    /// When the trend reaches a threshold, and under which condition.
    func sentence(_ projection: Projection) -> String {
        let crossing = projection.crossing
        let isPast = crossing.day <= (points.last?.day ?? 0)
        let label = projection.threshold.label.isEmpty ? "" : " (\(projection.threshold.label))"
        let confidence = line == nil ? "" : ", \(trendConfidence)"
        // A signed doubling time says nothing of when: that comes from the point on its line.
        let origin =
            trend == nil
            ? ""
            : anchor.map { ", counted from the day on which \($0.label) was measured" } ?? ""
        return "the trend of the estimates \(isPast ? "reached" : "would reach") "
            + "\(words(projection.threshold.figure))\(label) on \(Chart.date(crossing.day)) "
            + "(\(span(crossing))\(confidence))"
            + origin + (isPast ? "" : ", if growth goes on as it did")
    }

    private var trendConfidence: String {
        if let trend, anchor != nil {
            return trend.interval?.confidence.percent ?? "no interval was signed"
        }
        return fit.map { Chart.percent($0.confidence) } ?? ""
    }

    /// What the line is and where it comes from.
    var trendSentence: String {
        if let trend, let anchor {
            let range =
                trend.interval.map {
                    " (\($0.low) to \($0.high) d, \($0.confidence.percent))"
                } ?? ""
            return "sloping line and band: doubling in \(trend.doubling) d\(range), as "
                + "\(trend.signer) signed, laid through \(anchor.label); not fitted here, and no "
                + "forecast"
        }
        guard let fit, let days = fit.trend.doublingTimeDays else { return "" }
        let range = fit.trend.estimateDoublingTimeInterval(confidence: fit.confidence).map {
            " (\(Chart.days($0.lower)) to \($0.upper.isFinite ? "\(Chart.days($0.upper)) d" : "no end"), "
                + "\(Chart.percent(fit.confidence)))"
        }
        let since = fit.since.map { " since \($0)" } ?? ""
        return
            "sloping line and band: doubling in \(Chart.days(days)) d\(range ?? ""), least squares "
            + "through \(fit.trend.points.count) record holders\(since), "
            + "R² \(Chart.thousandths(fit.trend.rSquared)); the band is that of the line, and no "
            + "forecast"
    }

    /// `2026-12-27` for a day since 1970-01-01.
    static func date(_ day: Double) -> String {
        guard abs(day) < 2_900_000 else { return day < 0 ? "long ago" : "some day" }
        return CivilDate(daysSinceEpoch: Int64(day.rounded(.down))).description
    }

    private static func days(_ days: Double) -> String {
        let tenths = Int64((min(days, 1e9) * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }

    private static func thousandths(_ share: Double) -> String {
        ExactDecimal(coefficient: Int128((share * 1000).rounded()), exponent: -3).description
    }

    static func percent(_ probability: Probability) -> String {
        ExactDecimal(coefficient: Int128((probability.share * 10_000).rounded()), exponent: -4)
            .percent
    }

    // MARK: - The key

    /// One line of the key.
    struct KeyLine {
        let text: String
        let entry: LogIndex?
    }

    var key: [KeyLine] {
        let shapes = ["circle", "square", "diamond"]
        var items = signers.enumerated().map { place, signer in
            "\(signer): \(shapes[place % 3])"
        }
        if points.contains(where: { $0.interval != nil }) {
            items.append("vertical line: interval, with an arrow where it goes past the ceiling")
        }
        if points.contains(where: isCensored) {
            items.append("triangle: at the suite's ceiling, so “at least” that")
        }
        if points.contains(where: isBelow) {
            items.append("triangle on its tip: below what the suite can tell, so “at most” that")
        }
        if points.contains(where: \.isFictional) {
            items.append("hollow and dashed: fictional model")
        }
        let marks: [(Standing, String)] = [
            (.behind, "small and hollow: lower than an earlier one, no part of the trend"),
            (.stale, "pale: too old to count"), (.preliminary, "dotted: preliminary, never counts"),
            (.replaced, "small and grey: replaced by a newer one of its signer"),
            (.withdrawn, "cross: withdrawn"),
        ]
        for (standing, words) in marks where points.contains(where: { $0.standing == standing }) {
            items.append(words)
        }
        if omitted > 0 { items.append("\(omitted) older values are not drawn") }
        var lines = items.map { KeyLine(text: $0, entry: nil) }
        if line != nil {
            let isSigned = trend != nil && anchor != nil
            lines.append(KeyLine(text: trendSentence, entry: isSigned ? trend?.entry : nil))
        }
        return lines
    }
}

extension Time {
    /// The day alone.
    var day: String { String(description.prefix { $0 != "T" }) }
}
