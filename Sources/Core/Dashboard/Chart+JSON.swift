// SPDX-License-Identifier: Apache-2.0

import Measurement
import PauseAgreement
public import TransparencyLog

// MARK: - The same for programs

extension Chart {
    /// What is drawn: every point, threshold and trend, and where the trend leads. Figures are
    /// exact decimals in the chart's unit; days are written `YYYY-MM-DD`.
    public var json: JSON {
        var object: JSONObject = [
            "title": .string(title), "method": .string(method), "unit": .string(unit.rawValue),
            "scale": .string(line == nil && unit == .share ? "linear" : "logarithmic"),
            "floor": .string(least.description), "ceiling": .string(most.description),
            "points": .array(points.map(json)), "omitted": .integer(Int64(omitted)),
            "thresholds": .array(
                thresholds.map { threshold in
                    var object: JSONObject = [
                        "value": .string(threshold.figure.description),
                        "label": .string(threshold.label),
                    ]
                    object["crossing"] = projections.first {
                        $0.threshold.figure == threshold.figure && threshold.isRising
                    }.map { json($0.crossing) }
                    return .object(object)
                }),
        ]
        object["trend"] = trendJSON
        return .object(object)
    }

    private func json(_ point: Point) -> JSON {
        var object: JSONObject = [
            "label": .string(point.label), "at": .integer(point.at.milliseconds),
            "day": .string(point.at.day), "value": .string(point.value.description),
            "by": .string(point.signer), "standing": .string(point.standing.rawValue),
            "fictional": .bool(point.isFictional), "at-ceiling": .bool(isCensored(point)),
            "evidence": .array(point.evidence.map { .string($0) }),
        ]
        object["interval"] = point.interval.map {
            [
                "low": .string($0.low.description), "high": .string($0.high.description),
                "confidence": .string($0.confidence.description),
            ]
        }
        object["entry"] = point.entry.map { .integer(Int64($0.value)) }
        object["suite"] = point.suite.map { .string($0) }
        return .object(object)
    }

    private func json(_ crossing: Crossing) -> JSON {
        [
            "day": .string(Chart.date(crossing.day)),
            "interval": [
                crossing.earliest.map { .string(Chart.date($0)) } ?? .null,
                crossing.latest.map { .string(Chart.date($0)) } ?? .null,
            ],
        ]
    }

    private var trendJSON: JSON? {
        if let trend, anchor != nil {
            var object: JSONObject = [
                "kind": "signed", "doubling-time-days": .decimal(trend.doubling.description),
                "by": .string(trend.signer),
            ]
            object["interval"] = trend.interval.map {
                [.decimal($0.low.description), .decimal($0.high.description)]
            }
            object["confidence"] = trend.interval.map { .decimal($0.confidence.description) }
            object["entry"] = trend.entry.map { .integer(Int64($0.value)) }
            return .object(object)
        }
        guard let fit, let days = fit.trend.doublingTimeDays else { return nil }
        let interval = fit.trend.estimateDoublingTimeInterval(confidence: fit.confidence)
        var object: JSONObject = [
            "kind": "fitted", "doubling-time-days": .decimal(days.description),
            "interval": interval.map {
                [
                    .decimal($0.lower.description),
                    $0.upper.isFinite ? .decimal($0.upper.description) : .null,
                ]
            } ?? .null,
            "confidence": .decimal(fit.confidence.share.description),
            "r-squared": .decimal(fit.trend.rSquared.description),
            "n": .integer(Int64(fit.trend.points.count)),
            "models": .array(fit.trend.points.map { .string($0.name) }),
        ]
        object["since"] = fit.since.map { .string($0.description) }
        return .object(object)
    }
}
