// SPDX-License-Identifier: Apache-2.0

import Brake
import Client
import PauseAgreement
import TransparencyLog

/// What a webhook has been told, kept on the disk so that it goes on there after a restart.
struct WebhookPlace: Hashable, Sendable {
    /// Entries below were told, or passed over.
    var size: TreeSize
    /// The epoch of the last order that was told.
    var epoch: Int64
    /// Questions as they were told, by id.
    var questions: [String: String]
    /// Causes as they were told, by id.
    var causes: [String: String]
    /// How often something about questions or causes was told: a cause may come back to a standing
    /// that it had, and then it is another message.
    var serial: Int64 = 0

    /// Where one begins who is told what is new from here on.
    init(size: TreeSize, epoch: Int64, state: State) {
        self.size = size
        self.epoch = epoch
        questions = WebhookPlace.standings(state.questions.map { ($0.id, $0.status.rawValue) })
        causes = WebhookPlace.standings(state.order.causes.map { ($0.id, $0.told) })
    }

    private static func standings(_ pairs: [(String, String)]) -> [String: String] {
        Dictionary(pairs, uniquingKeysWith: { $1 })
    }

    // MARK: - On the disk

    /// Nil for bytes that are none.
    init?(_ bytes: [UInt8]) {
        guard let json = try? JSON.parse(bytes), let size = json["size"]?.integer, size >= 0,
            let epoch = json["epoch"]?.integer, let serial = json["serial"]?.integer,
            let questions = json["questions"]?.object, let causes = json["causes"]?.object
        else { return nil }
        self.size = TreeSize(UInt64(size))
        self.epoch = epoch
        self.serial = serial
        self.questions = WebhookPlace.standings(questions.members.map { ($0, $1.string ?? "") })
        self.causes = WebhookPlace.standings(causes.members.map { ($0, $1.string ?? "") })
    }

    var bytes: [UInt8] {
        func object(_ standings: [String: String]) -> JSON {
            .object(JSONObject(standings.map { ($0.key, .string($0.value)) }))
        }
        let json: JSON = [
            "size": .integer(Int64(size.value)), "epoch": .integer(epoch),
            "serial": .integer(serial), "questions": object(questions), "causes": object(causes),
        ]
        return json.canonicalBytes
    }
}

extension CauseInForce {
    /// Its standing and, where it goes out in stages, how far.
    fileprivate var told: String { standing.rawValue + (stage.map { "-\($0)" } ?? "") }
}

// MARK: - What is to be told

/// A message, and where its hook stands once it has it.
struct WebhookStep: Hashable, Sendable {
    let message: WebhookMessage
    let after: WebhookPlace
}

extension Webhook {
    /// The first of these entries that the hook wants; passes over those before it.
    func next(of entries: [EntrySummary], from place: inout WebhookPlace) -> WebhookStep? {
        for entry in entries {
            var after = place
            after.size = TreeSize(entry.index.value + 1)
            guard wants(entry.kind) else {
                place = after
                continue
            }
            var content: JSONObject = [
                "index": .integer(Int64(entry.index.value)), "kind": .string(entry.kind.rawValue),
                "signer": .string(entry.signer), "received": .integer(entry.received.milliseconds),
            ]
            content["subject"] = entry.subject.map { .string($0) }
            if case .without(let why) = entry.effect { content["effect"] = .string(why.sentence) }
            let message = WebhookMessage(
                id: "entry-\(entry.index)", type: "entry.\(entry.kind.rawValue)",
                timestamp: entry.received.description, content: .object(content))
            return WebhookStep(message: message, after: after)
        }
        return nil
    }

    /// An order of an epoch that the hook was not told of.
    func step(_ note: UnverifiedNote, from place: WebhookPlace) -> WebhookStep? {
        guard subscriptions.contains(.order), let order = try? Order(parsing: note.text),
            place.epoch < order.epoch
        else { return nil }
        var after = place
        after.epoch = order.epoch
        let message = WebhookMessage(
            id: "order-\(order.epoch)", type: "order.epoch", timestamp: order.tick.description,
            content: [
                "epoch": .integer(order.epoch), "state": .string(order.state.rawValue),
                "note": .string(String(decoding: note.bytes, as: UTF8.self)),
            ])
        return WebhookStep(message: message, after: after)
    }

    /// The first thing that a state has and the hook was not told: questions, then causes.
    func next(of state: State, from place: WebhookPlace) -> WebhookStep? {
        nextQuestion(state, place) ?? nextCause(state, place)
    }

    private func nextQuestion(_ state: State, _ place: WebhookPlace) -> WebhookStep? {
        guard subscriptions.contains(.question) else { return nil }
        let untold = state.questions.first { place.questions[$0.id] != $0.status.rawValue }
        guard let question = untold else { return nil }
        var after = place
        after.questions[question.id] = question.status.rawValue
        var content: JSONObject = [
            "id": .string(question.id), "kind": .string(question.kind.rawValue),
            "status": .string(question.status.rawValue),
            "opened": .integer(question.opened.milliseconds),
            "deadline": .integer(question.deadline.milliseconds),
        ]
        content["subject"] = question.subject.map { .string($0.description) }
        content["accused"] = question.accused.map { .string($0) }
        content["cause"] = question.cause.map { .string($0) }
        let isOpen = question.status == .open
        return step(
            "question.\(isOpen ? "opened" : "closed")",
            "\(question.id)-\(question.status.rawValue)",
            at: isOpen ? question.opened : question.closed ?? state.at, content, after)
    }

    private func nextCause(_ state: State, _ place: WebhookPlace) -> WebhookStep? {
        guard subscriptions.contains(.cause) else { return nil }
        var after = place
        if let cause = state.order.causes.first(where: { place.causes[$0.id] != $0.told }) {
            after.causes[cause.id] = cause.told
            let isNew = place.causes[cause.id] == nil
            return step(
                isNew ? "cause.begun" : "cause.changed", "\(cause.id)-\(cause.told)",
                at: isNew ? cause.since : state.at, cause.json.object ?? [:], after)
        }
        let standing = Set(state.order.causes.map(\.id))
        guard let ended = place.causes.keys.sorted().first(where: { !standing.contains($0) }) else {
            return nil
        }
        after.causes[ended] = nil
        return step("cause.ended", "\(ended)-ended", at: state.at, ["id": .string(ended)], after)
    }

    private func step(
        _ type: String, _ what: String, at time: Time, _ content: JSONObject,
        _ place: WebhookPlace
    ) -> WebhookStep {
        var after = place
        after.serial += 1
        let message = WebhookMessage(
            id: "\(what)-\(after.serial)", type: type, timestamp: time.description,
            content: .object(content))
        return WebhookStep(message: message, after: after)
    }
}
