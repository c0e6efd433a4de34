// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

/// What evaluators asked developers for, and what developers say of results.
struct EvaluationBook: Sendable {
    struct Access: Sendable {
        let entry: LogIndex
        let at: Time
        /// When an answer is due, where the agreement says.
        let due: Time?
        let request: AccessRequest
        var answer: Answer?
    }

    struct Answer: Sendable {
        let entry: LogIndex
        let at: Time
        let answer: AccessAnswer
    }

    struct Remark: Sendable {
        let entry: LogIndex
        let at: Time
        let text: String
        let isInTime: Bool
    }

    /// The newest of each evaluator about each model.
    struct AccessKey: Hashable, Sendable {
        let evaluator: Int
        let model: Int
    }

    private(set) var requests: [AccessKey: Access] = [:]
    private var keys: [LogIndex: AccessKey] = [:]
    /// By what they are about, the newest of each party.
    var comments: [LogIndex: [Int: Remark]] = [:]

    func key(of request: LogIndex) -> AccessKey? { keys[request] }

    mutating func ask(_ access: Access, as key: AccessKey) {
        if let old = requests[key] { keys[old.entry] = nil }
        requests[key] = access
        keys[access.entry] = key
    }

    mutating func answer(_ answer: Answer, to key: AccessKey) { requests[key]?.answer = answer }
}

extension Brake {
    mutating func ask(
        _ request: AccessRequest, by evaluator: Int, at index: LogIndex
    ) -> NoEffect.Reason? {
        guard let model = models.place(of: request.model), models[model].developer != nil else {
            return .unregisteredModel(model: request.model)
        }
        let key = EvaluationBook.AccessKey(evaluator: evaluator, model: model)
        // Asking again does not give the developer a new term.
        if let open = evaluations.requests[key], open.answer == nil {
            return .alreadyRequested(entry: open.entry)
        }
        let due = agreement.clocks.accessAnswer.map { clock.later(by: $0) }
        evaluations.ask(
            EvaluationBook.Access(entry: index, at: clock, due: due, request: request), as: key)
        return nil
    }

    mutating func answer(
        _ answer: AccessAnswer, by party: Int, at index: LogIndex
    ) -> NoEffect.Reason? {
        guard let key = evaluations.key(of: answer.request) else {
            return .unknownRequest(entry: answer.request)
        }
        let model = models[key.model]
        guard let developer = model.developer, developer == party else {
            return .modelOfAnother(
                model: model.name,
                developer: model.developer.map { roster.parties[$0].name } ?? "nobody")
        }
        evaluations.answer(
            EvaluationBook.Answer(entry: index, at: clock, answer: answer), to: key)
        return nil
    }

    /// A developer's word on a result: it stands beside it, in time or not.
    mutating func comment(
        _ comment: ResultComment, by party: Int, at index: LogIndex
    ) -> NoEffect.Reason? {
        guard let received = received(comment.about) else {
            return .nothingToCommentOn(entry: comment.about)
        }
        let limit = agreement.clocks.comment.map { received.later(by: $0) }
        let remark = EvaluationBook.Remark(
            entry: index, at: clock, text: comment.text,
            isInTime: limit.map { clock <= $0 } ?? true)
        evaluations.comments[comment.about, default: [:]][party] = remark
        return nil
    }

    /// When a measurement or judgement that is still on the record was logged; nil for any other
    /// entry.
    private func received(_ entry: LogIndex) -> Time? {
        revisions[entry]?.received
            ?? law.evidence.all.lazy.flatMap(\.record.held).first { $0.entry == entry }?.received
    }
}
