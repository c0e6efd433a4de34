// SPDX-License-Identifier: Apache-2.0

public import Brake
public import PauseAgreement
public import TransparencyLog

extension Chart {
    /// What a state holds of one indicator.
    ///
    /// A signed trend is laid over the agreement's first model indicator in a unit of time that was
    /// measured: it is the newest measurement of a frontier indicator in days whose name says
    /// `doubling`. Where nobody signed one, a line is fitted to what grows without an end.
    public init(_ indicator: Indicator, of state: State, under agreement: Agreement) {
        let held = state.measurements.filter { $0.value.indicator == indicator.name }
        let newest = held.map {
            Point(
                $0.value, by: $0.signer, entry: $0.entry,
                standing: $0.withdrawn != nil ? .withdrawn : $0.stale ? .stale : .counts)
        }
        let points = newest + Chart.revisions(of: indicator, in: state, besides: newest)
        let isGrowing = indicator.unit.isGrowing && indicator.subject == .model
        self.init(
            id: "chart-\(indicator.name)", title: indicator.name, method: indicator.method,
            unit: indicator.unit,
            points: points,
            thresholds: Chart.thresholds(on: indicator.name, of: agreement.triggers),
            least: indicator.least,
            most: indicator.most, trend: Chart.trend(for: indicator, of: state, under: agreement),
            fit: isGrowing ? Fit(points, ceiling: indicator.most) : nil)
    }

    /// What a signer measured before its newest value, and what was preliminary or withdrawn.
    private static func revisions(
        of indicator: Indicator, in state: State, besides newest: [Point]
    ) -> [Point] {
        let shown = Set(newest.compactMap(\.entry))
        let fictional = Set(newest.filter(\.isFictional).map(\.label))
        return state.history.filter { $0.indicator == indicator.name }.flatMap { history in
            history.revisions.filter { !shown.contains($0.entry) }.map { revision in
                let label = name(history.subject)
                return Point(
                    label: label, at: revision.made, value: revision.value,
                    interval: revision.interval, signer: history.signer, entry: revision.entry,
                    isFictional: fictional.contains(label),
                    standing: revision.withdrawn
                        ? .withdrawn : revision.stage == .preliminary ? .preliminary : .replaced,
                    suite: revision.suite)
            }
        }
    }

    fileprivate static func name(_ subject: Subject) -> String {
        switch subject {
        case .frontier: "frontier"
        case .model(let name): name
        }
    }

    /// The figures that triggers compare this indicator with.
    public static func thresholds(
        on indicator: String, of triggers: [Trigger]
    ) -> [Threshold] {
        triggers.flatMap { trigger in
            trigger.condition.leaves.filter { $0.indicator == indicator }.map { leaf in
                Threshold(
                    figure: leaf.figure,
                    label: "\(trigger.name) \(words(leaf.direction)), \(words(leaf.bound))",
                    isRising: leaf.direction == .atLeast || leaf.direction == .above)
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

extension Chart.Point {
    /// A measurement as somebody signed or wrote it down.
    public init(
        _ value: MeasuredValue, by signer: String, entry: LogIndex? = nil,
        standing: Chart.Standing = .counts
    ) {
        self.init(
            label: Chart.name(value.subject), at: value.made, value: value.value,
            interval: value.interval,
            signer: signer, entry: entry, isFictional: value.fictional,
            standing: value.stage == .preliminary ? .preliminary : standing, suite: value.suite,
            evidence: value.evidence.map(\.digest.hex))
    }
}
