// SPDX-License-Identifier: Apache-2.0

public import Brake
public import PauseAgreement
import TransparencyLog

extension Chart {
    /// What a state holds of one indicator.
    ///
    /// The trend is laid over the agreement's first model indicator in a unit of time that was
    /// measured, and is the newest measurement of a frontier indicator in days whose name says
    /// `doubling`.
    public init(_ indicator: Indicator, of state: State, under agreement: Agreement) {
        let held = state.measurements.filter { $0.value.indicator == indicator.name }
        self.init(
            id: "chart-\(indicator.name)", title: indicator.name, method: indicator.method,
            unit: indicator.unit,
            points: held.map {
                Point(
                    label: Chart.name($0.value.subject), at: $0.value.made, value: $0.value.value,
                    interval: $0.value.interval, signer: $0.signer, entry: $0.entry,
                    isFictional: $0.value.fictional, isStale: $0.stale)
            },
            thresholds: Chart.thresholds(on: indicator, of: agreement), least: indicator.least,
            most: indicator.most, trend: Chart.trend(for: indicator, of: state, under: agreement))
    }

    private static func name(_ subject: Subject) -> String {
        switch subject {
        case .frontier: "frontier"
        case .model(let name): name
        }
    }

    private static func thresholds(on indicator: Indicator, of agreement: Agreement) -> [Threshold]
    {
        agreement.triggers.flatMap { trigger in
            trigger.condition.leaves.filter { $0.indicator == indicator.name }.map { leaf in
                Threshold(
                    figure: leaf.figure,
                    label: "\(trigger.name) \(words(leaf.direction)), \(words(leaf.bound))")
            }
        }
    }

    private static func words(_ direction: Comparison.Direction) -> String {
        switch direction {
        case .atLeast: "at least"
        case .atMost: "at most"
        case .above: "above"
        case .below: "below"
        }
    }

    private static func words(_ bound: Comparison.Bound) -> String {
        switch bound {
        case .lower: "lower bound"
        case .upper: "upper bound"
        case .estimate: "estimate"
        }
    }

    private static func trend(
        for indicator: Indicator, of state: State, under agreement: Agreement
    ) -> Trend? {
        let first = agreement.indicators.first { other in
            other.subject == .model && isTime(other.unit)
                && state.measurements.contains { $0.value.indicator == other.name }
        }
        guard first?.name == indicator.name else { return nil }
        let rates = agreement.indicators.filter {
            $0.subject == .frontier && $0.unit == .days && $0.name.contains("doubling")
        }
        let newest =
            state.measurements.filter { measurement in
                !measurement.stale && rates.contains { $0.name == measurement.value.indicator }
            }
            .max { ($0.value.made, $1.signer) < ($1.value.made, $0.signer) }
        return newest.map {
            Trend(
                doubling: $0.value.value, interval: $0.value.interval, signer: $0.signer,
                entry: $0.entry)
        }
    }

    private static func isTime(_ unit: QuantityUnit) -> Bool {
        switch unit {
        case .milliseconds, .seconds, .minutes, .hours: true
        case .days, .share, .flop, .chipHours, .ratio, .count: false
        }
    }
}
