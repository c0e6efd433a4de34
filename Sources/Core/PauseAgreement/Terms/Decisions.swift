// SPDX-License-Identifier: Apache-2.0

/// Who decides what, by which rule.
public struct Decisions: Hashable, Sendable {
    /// The members of the council, sorted by name.
    public let council: [String]
    public let rules: [DecisionRule]

    public init(council: [String], rules: [DecisionRule]) {
        self.council = council
        self.rules = rules
    }

    /// A challenge that has no rule of its own is decided like a determination.
    public func rule(for kind: QuestionKind) -> DecisionRule? {
        let own = rules.first { $0.kind == kind }
        guard kind == .challenge, own == nil else { return own }
        return rules.first { $0.kind == .determination }?.of(.challenge)
    }
}

/// Something to be decided.
public enum QuestionKind: String, Hashable, Sendable, CaseIterable {
    case determination
    case confirmation
    case resume
    case nonCompliance = "non-compliance"
    /// Whether a measurement that somebody recomputed with another result is withdrawn.
    case challenge
}

public struct DecisionRule: Hashable, Sendable {
    public enum Recusal: String, Hashable, Sendable, CaseIterable {
        /// The party whose model or conduct is in question.
        case accused
        /// Whoever the accused put forward.
        case nominatedByAccused = "nominated-by-accused"
    }

    public enum OnTimeout: String, Hashable, Sendable, CaseIterable {
        /// The question closes and nothing changes.
        case reject
        /// The provisional order falls back to the measure in `provisional`.
        case lapse
    }

    public let kind: QuestionKind
    /// How many `yes` votes adopt.
    public let quorum: Int
    /// From how many jurisdictions these votes must come.
    public let jurisdictions: Int
    public let recusal: [Recusal]
    public let deadline: TimeSpan
    public let onTimeout: OnTimeout
    public let article: String

    public init(
        kind: QuestionKind, quorum: Int, jurisdictions: Int, recusal: [Recusal], deadline: TimeSpan,
        onTimeout: OnTimeout, article: String
    ) {
        self.kind = kind
        self.quorum = quorum
        self.jurisdictions = jurisdictions
        self.recusal = recusal
        self.deadline = deadline
        self.onTimeout = onTimeout
        self.article = article
    }

    fileprivate func of(_ kind: QuestionKind) -> DecisionRule {
        DecisionRule(
            kind: kind, quorum: quorum, jurisdictions: jurisdictions, recusal: recusal,
            deadline: deadline, onTimeout: onTimeout, article: article)
    }
}
