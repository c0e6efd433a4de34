// SPDX-License-Identifier: Apache-2.0

/// A typed quantity that triggers are written in.
public struct Indicator: Hashable, Sendable {
    /// How far a value of it can be off.
    public enum Uncertainty: String, Hashable, Sendable, CaseIterable {
        /// Estimated from a sample: a value says little without its interval.
        case sampled
        /// Counted exactly: needs no interval.
        case counted
    }

    /// Whether a low value says anything by itself.
    public enum Elicitation: String, Hashable, Sendable, CaseIterable {
        /// A score is a lower bound: a low one counts only with a word on how capability was drawn
        /// out.
        case needed
        /// Nothing has to be drawn out of anybody.
        case none
    }

    public let name: String
    public let unit: QuantityUnit
    public let subject: SubjectKind
    /// What is measured and how; part of the indicator's identity, so another method is another
    /// indicator.
    public let method: String
    /// Values below cannot be told apart from this, in ``unit``.
    public let least: ExactDecimal
    /// The suite's ceiling, in ``unit``: a value above counts as "at least this".
    public let most: ExactDecimal
    /// A measurement older than this no longer counts: its value is unknown.
    public let staleAfter: TimeSpan
    public let article: String
    public let uncertainty: Uncertainty
    public let elicitation: Elicitation
    /// At least this often each registered model, or the frontier, has to be measured; nil where
    /// nobody has to.
    public let every: TimeSpan?

    /// - Parameter elicitation: nil for the default: needed for a model's sampled indicator.
    public init(
        name: String, unit: QuantityUnit, subject: SubjectKind, method: String, least: ExactDecimal,
        most: ExactDecimal, staleAfter: TimeSpan, article: String,
        uncertainty: Uncertainty = .sampled, elicitation: Elicitation? = nil,
        every: TimeSpan? = nil
    ) {
        self.name = name
        self.unit = unit
        self.subject = subject
        self.method = method
        self.least = least
        self.most = most
        self.staleAfter = staleAfter
        self.article = article
        self.uncertainty = uncertainty
        self.elicitation =
            elicitation ?? (subject == .model && uncertainty == .sampled ? .needed : .none)
        self.every = every
    }
}

/// What a trigger or an indicator speaks of.
public enum SubjectKind: String, Hashable, Sendable, CaseIterable {
    /// One model of one developer.
    case model
    /// The state of the field; nobody is accused.
    case frontier
}

/// A subject: one model by its registered name, or the frontier as a whole.
public enum Subject: Hashable, Sendable, Comparable, CustomStringConvertible {
    case frontier
    case model(String)

    public init?(_ text: String) {
        if text == "frontier" {
            self = .frontier
        } else if text.hasPrefix("model:"), text.utf8.count > 6 {
            self = .model(String(text.dropFirst(6)))
        } else {
            return nil
        }
    }

    /// `frontier` or `model:NAME`.
    public var description: String {
        switch self {
        case .frontier: "frontier"
        case .model(let name): "model:\(name)"
        }
    }

    public var kind: SubjectKind { self == .frontier ? .frontier : .model }

    public static func < (a: Subject, b: Subject) -> Bool {
        a.description.utf8.lexicographicallyPrecedes(b.description.utf8)
    }
}
