// SPDX-License-Identifier: Apache-2.0

/// What was merged in one stretch of time or by one team, counted by a stated rule.
public struct CodeCount: Hashable, Sendable {
    /// What is counted: the same label has stood for each of these.
    public struct Definition: Hashable, Sendable {
        public enum Unit: String, CaseIterable, Sendable {
            case addedLines = "added-lines"
            case changedLines = "changed-lines"
            case commits
        }

        public let unit: Unit
        /// Whether files that no person writes count too.
        public let includesGenerated: Bool
        /// How a piece of code is told to be the machine's, such as `Co-authored-by: Assistant`.
        public let attribution: String
        /// Where it had to arrive in order to count, such as `merged to main`.
        public let place: String

        /// Source: docs/METHODS.md, code share; GovAI, Measuring AI R&D Automation, arXiv
        /// 2603.03992, on what the reported shares leave open.
        public init(unit: Unit, includesGenerated: Bool, attribution: String, place: String) {
            self.unit = unit
            self.includesGenerated = includesGenerated
            self.attribution = attribution
            self.place = place
        }

        /// As a measurement's method says it.
        public var sentence: String {
            "\(unit.rawValue) \(place), \(includesGenerated ? "with" : "without") generated "
                + "files, attributed by \(attribution)"
        }
    }

    /// Units that the rule attributes to a machine.
    public let attributed: Int
    public let total: Int
    /// How much human work it took, such as engineers × days; nil where only the share is asked.
    public let effort: Double?

    /// Source: what is attributed is part of the total.
    ///
    /// - Throws: ``UnusableSample`` where it is not, or the effort not positive.
    public init(attributed: Int, total: Int, effort: Double? = nil) throws(UnusableSample) {
        guard total >= 0, (0...total).contains(attributed) else {
            throw UnusableSample("\(attributed) attributed of \(total) in all is impossible")
        }
        guard effort.map({ $0 > 0 && $0.isFinite }) ?? true else {
            throw UnusableSample("the effort is a positive number")
        }
        self.attributed = attributed
        self.total = total
        self.effort = effort
    }
}
