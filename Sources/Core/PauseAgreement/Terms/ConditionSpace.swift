// SPDX-License-Identifier: Apache-2.0

/// Everything that could be measured and judged about the parts of some conditions, to find out
/// what a condition can read and whether one implies another.
///
/// Only the order of figures matters, so an indicator has finitely many states: where the ends of
/// an interval lie between the figures that are asked about, and how confident it is. The search
/// tries them one indicator after another and stops as soon as the outcome is settled.
struct ConditionSpace {
    /// A value that is known exactly lies on one point of the valid range; a measurement may also
    /// be missing, vague, too little confident, or beyond what the suite can show.
    enum Evidence {
        case exact, any
    }

    private let formulas: [Formula]
    private var variables: [Variable] = []
    /// Counts down with every look; when it is spent the answer is the cautious one, which finds
    /// nothing wrong. Larger conditions get fewer looks, since each takes longer.
    private var budget: Int

    private indirect enum Formula {
        case leaf(variable: Int, place: Int)
        case atLeast(Int, [Formula])
    }

    /// An indicator or a claim: what each leaf about it reads in each of its states.
    private struct Variable {
        var readings: [[Bool?]]
    }

    /// - Parameter keepsLevelsApart: where several measurements are pooled into one, those that
    ///   count at one level of confidence say nothing about those that count at another.
    init(
        _ conditions: [Condition], indicators: [Indicator], evidence: Evidence,
        keepsLevelsApart: Bool = false
    ) {
        var collected = Collected(indicators: indicators, keepsLevelsApart: keepsLevelsApart)
        formulas = conditions.map { collected.formula($0) }
        let readings = collected.themes.map { $0.readings(evidence) }
        variables = readings.map { Variable(readings: $0 ?? []) }
        let size = collected.themes.reduce(1) { $0 + $1.leaves.count }
        budget = readings.contains { $0 == nil } ? 0 : min(20_000, 1_000_000 / size)
    }

    // MARK: - Questions

    /// Whether anything makes the first condition true.
    mutating func canHold() -> Bool {
        search { values in values[0].map { $0 ? .found : .settled } ?? .open(0) }
    }

    /// Whether anything makes the first condition false.
    mutating func canFail() -> Bool {
        search { values in values[0].map { $0 ? .settled : .found } ?? .open(0) }
    }

    /// Whether the second condition holds whenever the first does.
    mutating func firstImpliesSecond() -> Bool {
        !search { values in
            if values[0] == false || values[1] == true { return .settled }
            return values[0] == true ? .found : .open(0)
        }
    }

    // MARK: - Search

    private enum Outcome {
        case found
        /// Nothing more that is learned can change it.
        case settled
        /// It depends on what this formula reads.
        case open(Int)
    }

    /// - Parameter outcome: of what the formulas read so far; what is not known counts as not
    ///   measured.
    private mutating func search(_ outcome: ([Bool?]) -> Outcome) -> Bool {
        var chosen: [Int?] = Array(repeating: nil, count: variables.count)
        return search(&chosen, outcome)
    }

    private mutating func search(
        _ chosen: inout [Int?], _ outcome: ([Bool?]) -> Outcome
    ) -> Bool {
        budget -= 1
        guard budget > 0 else { return true }
        switch outcome(formulas.map { value(of: $0, chosen) }) {
        case .found: return true
        case .settled: return false
        case .open(let formula):
            guard let variable = openVariable(in: formulas[formula], chosen) else { return false }
            for state in variables[variable].readings.indices {
                chosen[variable] = state
                if search(&chosen, outcome) { return true }
            }
            chosen[variable] = nil
            return false
        }
    }

    private func value(of formula: Formula, _ chosen: [Int?]) -> Bool? {
        switch formula {
        case .leaf(let variable, let place):
            return chosen[variable].flatMap { variables[variable].readings[$0][place] }
        case .atLeast(let count, let parts):
            var (yes, open) = (0, 0)
            for part in parts {
                switch value(of: part, chosen) {
                case true?: yes += 1
                case nil: open += 1
                case false?: break
                }
                if yes >= count { return true }
            }
            return yes + open < count ? false : nil
        }
    }

    /// The first variable that is not chosen and could still decide the formula.
    private func openVariable(in formula: Formula, _ chosen: [Int?]) -> Int? {
        guard value(of: formula, chosen) == nil else { return nil }
        switch formula {
        case .leaf(let variable, _): return chosen[variable] == nil ? variable : nil
        case .atLeast(_, let parts):
            return parts.lazy.compactMap { openVariable(in: $0, chosen) }.first
        }
    }

    // MARK: - Collecting

    private struct Collected {
        let indicators: [Indicator]
        let keepsLevelsApart: Bool
        var themes: [Theme] = []

        init(indicators: [Indicator], keepsLevelsApart: Bool) {
            self.indicators = indicators
            self.keepsLevelsApart = keepsLevelsApart
        }

        mutating func formula(_ condition: Condition) -> Formula {
            switch condition {
            case .all(let parts): return .atLeast(parts.count, parts.map { formula($0) })
            case .any(let parts): return .atLeast(1, parts.map { formula($0) })
            case .atLeast(let count, of: let parts):
                return .atLeast(count, parts.map { formula($0) })
            case .claim(let name):
                return .leaf(variable: place(of: Theme(claim: name)), place: 0)
            case .compare(let leaf):
                let indicator = indicators.first { $0.name == leaf.indicator }
                let variable = place(
                    of: Theme(leaf, on: indicator, keepsLevelsApart: keepsLevelsApart))
                themes[variable].leaves.append(leaf)
                return .leaf(variable: variable, place: themes[variable].leaves.count - 1)
            }
        }

        private mutating func place(of theme: Theme) -> Int {
            if let place = themes.firstIndex(where: { $0.key == theme.key }) { return place }
            themes.append(theme)
            return themes.count - 1
        }
    }
}

/// What some leaves ask about: one indicator, or one claim.
private struct Theme {
    let key: [String]
    let indicator: Indicator?
    var leaves: [Comparison] = []

    init(claim: String) {
        key = ["claim", claim]
        indicator = nil
    }

    init(_ leaf: Comparison, on indicator: Indicator?, keepsLevelsApart: Bool) {
        key =
            ["indicator", leaf.indicator]
            + (keepsLevelsApart ? [leaf.bound.rawValue, leaf.confidence.description] : [])
        self.indicator = indicator
    }

    /// What each leaf reads, state by state; nil where there are too many states to try.
    func readings(_ evidence: ConditionSpace.Evidence) -> [[Bool?]]? {
        guard let indicator else {
            return evidence == .exact ? [[true], [false]] : [[nil], [true], [false]]
        }
        let scale = Scale(indicator, leaves)
        switch evidence {
        case .exact:
            return scale.valid.map { point in
                leaves.map { scale.holds($0, at: point) }
            }
        case .any:
            guard let intervals = intervals(on: scale) else { return nil }
            return [leaves.map { _ in nil }] + intervals
        }
    }

    /// Every way in which an interval can lie, at every level of confidence that is asked for.
    private func intervals(on scale: Scale) -> [[Bool?]]? {
        let levels = Set(leaves.filter { $0.bound != .estimate }.map(\.confidence)).sorted()
        let bounds = Set(leaves.map(\.bound))
        let places = bounds.reduce(1) { product, _ in product * scale.all.count }
        guard places <= 20_000, places * (levels.count + 1) * leaves.count <= 400_000 else {
            return nil
        }
        var found: [[Bool?]] = []
        for low in bounds.contains(.lower) ? scale.all : [0] {
            for middle in bounds.contains(.estimate) ? scale.all : [low] where low <= middle {
                for high in bounds.contains(.upper) ? scale.all : [middle] where middle <= high {
                    for level in 0...levels.count {
                        found.append(
                            leaves.map { leaf in
                                let counts =
                                    leaf.bound == .estimate
                                    || levels[..<level].contains(leaf.confidence)
                                guard counts else { return nil }
                                let ends: [Comparison.Bound: Int] = [
                                    .lower: low, .estimate: middle, .upper: high,
                                ]
                                return scale.holds(leaf, at: ends[leaf.bound] ?? middle)
                            })
                    }
                }
            }
        }
        return found
    }
}

/// The figures of an indicator in their order: odd places are figures, even ones the gaps between.
private struct Scale {
    private let figures: [ExactDecimal]
    private let least: Int
    private let most: Int

    init(_ indicator: Indicator, _ leaves: [Comparison]) {
        let figures = Set(leaves.map(\.figure) + [indicator.least, indicator.most]).sorted()
        self.figures = figures
        func place(_ figure: ExactDecimal) -> Int { 2 * figures.firstIndex(of: figure)! + 1 }
        least = place(indicator.least)
        most = place(indicator.most)
    }

    var all: [Int] { Array(0...(2 * figures.count)) }
    var valid: [Int] { Array(least...most) }

    /// As the law reads it: beyond the ceiling is "at least the ceiling", below the floor "at most
    /// the floor".
    func holds(_ leaf: Comparison, at point: Int) -> Bool {
        guard let figure = figures.firstIndex(of: leaf.figure).map({ 2 * $0 + 1 }) else {
            return false
        }
        switch leaf.direction {
        case .atLeast: return point >= least && min(point, most) >= figure
        case .above: return point >= least && min(point, most) > figure
        case .atMost: return point <= most && max(point, least) <= figure
        case .below: return point <= most && max(point, least) < figure
        }
    }
}
