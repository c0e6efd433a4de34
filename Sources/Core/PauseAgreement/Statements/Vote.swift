// SPDX-License-Identifier: Apache-2.0

import TransparencyLog

/// One voter's choice on one open question; the first counts, since nobody may be pressed to change
/// it.
public struct Vote: Hashable, Sendable {
    public enum Choice: String, Hashable, Sendable, CaseIterable {
        case yes, no, abstain
    }

    public let question: String
    public let choice: Choice
    /// Printed with the vote; dissent is part of the record.
    public let reason: String

    public init(question: String, choice: Choice, reason: String) {
        self.question = question
        self.choice = choice
        self.reason = reason
    }

    init(_ fields: inout Fields) throws(MalformedStatement) {
        question = try fields.name("question")
        choice = try fields.word("choice", as: Choice.self)
        reason = try fields.prose("reason")
    }

    var json: JSONObject {
        [
            "question": .string(question), "choice": .string(choice.rawValue),
            "reason": .string(reason),
        ]
    }
}

/// A party is heard on a question; it has no vote by this.
public struct Hearing: Hashable, Sendable {
    public let question: String
    public let position: String

    public init(question: String, position: String) {
        self.question = question
        self.position = position
    }

    init(_ fields: inout Fields) throws(MalformedStatement) {
        question = try fields.name("question")
        position = try fields.prose("position", limit: 8192)
    }

    var json: JSONObject { ["question": .string(question), "position": .string(position)] }
}

/// Asks that a question be opened that no trigger opens by itself.
public struct QuestionRequest: Hashable, Sendable {
    /// `resume` or `non-compliance`.
    public let question: QuestionKind
    /// For `resume`: the cause to be cleared.
    public let cause: String?
    /// For `non-compliance`: the party accused.
    public let accused: String?
    public let reason: String

    public init(question: QuestionKind, cause: String?, accused: String?, reason: String) {
        self.question = question
        self.cause = cause
        self.accused = accused
        self.reason = reason
    }

    init(_ fields: inout Fields) throws(MalformedStatement) {
        question = try fields.word("question", as: QuestionKind.self)
        cause = fields.optional("cause") == nil ? nil : try fields.name("cause")
        accused = fields.optional("accused") == nil ? nil : try fields.name("accused")
        reason = try fields.prose("reason")
        switch question {
        case .resume:
            guard cause != nil, accused == nil else {
                throw fields.missing("cause", "the cause to clear, and no accused")
            }
        case .nonCompliance:
            guard accused != nil, cause == nil else {
                throw fields.missing("accused", "the accused party, and no cause")
            }
        case .determination, .confirmation, .challenge:
            throw fields.missing("question", "resume or non-compliance; the law opens the others")
        }
    }

    var json: JSONObject {
        var object: JSONObject = [
            "question": .string(question.rawValue), "reason": .string(reason),
        ]
        object["cause"] = cause.map { .string($0) }
        object["accused"] = accused.map { .string($0) }
        return object
    }
}
