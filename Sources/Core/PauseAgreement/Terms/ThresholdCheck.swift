// SPDX-License-Identifier: Apache-2.0

/// Finds what is well written in a catalogue but cannot be meant: a status that the condition
/// belies, a figure that can never be shown, a threshold that no test has seen on both sides.
struct ThresholdCheck {
    private let catalogue: ThresholdCatalogue
    private let text: TermNode
    private(set) var problems: [AgreementReading.Problem] = []

    init(_ catalogue: ThresholdCatalogue, _ text: TermNode) {
        self.catalogue = catalogue
        self.text = text
    }

    mutating func run() {
        for threshold in catalogue.thresholds {
            status(of: threshold)
            subjects(of: threshold)
            figures(of: threshold)
            tests(of: threshold)
        }
        unused()
    }

    private mutating func refuse(
        _ path: [String], _ message: String, hint: String? = nil,
        severity: AgreementReading.Problem.Severity = .error
    ) {
        problems.append(
            .init(
                "\(path.joined(separator: ".")): \(message)", at: text.place(of: path), hint: hint,
                severity: severity))
    }

    private mutating func status(of threshold: PublishedThreshold) {
        let condition = threshold.trigger.condition
        let found: PublishedThreshold.Status =
            condition.claims.isEmpty
            ? .computable : condition.leaves.isEmpty ? .attested : .partly
        guard found != threshold.status else { return }
        refuse(
            ["thresholds", threshold.name, "status"],
            "it is marked \(threshold.status.rawValue), but its condition is \(found.rawValue): "
                + "\(condition.leaves.count) comparisons, \(condition.claims.count) claims")
    }

    private mutating func subjects(of threshold: PublishedThreshold) {
        guard threshold.trigger.subject == .frontier else { return }
        let condition = threshold.trigger.condition
        let path = ["thresholds", threshold.name, "when"]
        for leaf in condition.leaves {
            let indicator = catalogue.indicators.first { $0.name == leaf.indicator }
            guard indicator?.subject == .model else { continue }
            refuse(
                path,
                "\"\(leaf.indicator)\" is measured on a model, but the threshold speaks of the frontier"
            )
        }
        for name in condition.claims {
            let claim = catalogue.claims.first { $0.name == name }
            guard claim?.subject == .model else { continue }
            refuse(
                path, "\"\(name)\" is about a model, but the threshold speaks of the frontier")
        }
    }

    private mutating func figures(of threshold: PublishedThreshold) {
        for leaf in threshold.trigger.condition.leaves {
            guard let indicator = catalogue.indicators.first(where: { $0.name == leaf.indicator })
            else { continue }
            let path = ["thresholds", threshold.name, "when"]
            let wanted: Comparison.Bound = leaf.isFloor ? .lower : .upper
            if indicator.uncertainty == .sampled, leaf.bound != wanted {
                refuse(
                    path,
                    "\(leaf.direction.rawValue) needs the \(wanted.rawValue) bound, found \(leaf.bound.rawValue)",
                    hint: "a crossing must hold for the whole interval, not by chance")
            }
            guard !leaf.canCross(indicator) else { continue }
            refuse(
                path,
                "can never cross: \(indicator.name) is valid from \(indicator.least) to \(indicator.most) \(indicator.unit.rawValue)",
                hint: "the figure lies past what the indicator can show")
        }
    }

    /// Every threshold is seen crossed and seen clear.
    private mutating func tests(of threshold: PublishedThreshold) {
        let expected = catalogue.tests.flatMap(\.expectations).flatMap(\.verdicts)
            .filter { $0.trigger == threshold.name }
        for verdict in [TriggerVerdict.crossed, .clear]
        where !expected.contains(where: { $0.verdict == verdict }) {
            refuse(
                ["thresholds", threshold.name], "no test expects it \(verdict.rawValue)",
                hint: "every threshold is tested both ways")
        }
    }

    private mutating func unused() {
        let conditions = catalogue.thresholds.map(\.trigger.condition)
        let read = Set(conditions.flatMap(\.leaves).map(\.indicator))
        for indicator in catalogue.indicators where !read.contains(indicator.name) {
            refuse(
                ["indicators", indicator.name], "no threshold reads it", severity: .warning)
        }
        let judged = Set(conditions.flatMap(\.claims))
        for claim in catalogue.claims where !judged.contains(claim.name) {
            refuse(["claims", claim.name], "no threshold asks for it", severity: .warning)
        }
    }
}
