// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import TransparencyLog

/// Those who say something, and all that they have said.
struct Parties: Sendable {
    struct Said: Sendable {
        let submission: Submission
        var isAcknowledged = false
    }

    private let cast: Cast
    /// Says whether a statement would be admitted.
    private let law: Brake
    private var sequences: [String: Int64] = [:]
    private(set) var said: [Said] = []

    init(_ cast: Cast) {
        self.cast = cast
        law = Brake(agreement: cast.agreement)
    }

    mutating func acknowledge(_ number: Int) { said[number].isAcknowledged = true }

    /// Says something new; returns its number.
    ///
    /// - Parameter size: how many entries there are about: questions are named after entries.
    mutating func say(with dice: inout Dice, size: Int) -> Int {
        let (party, key) = said.isEmpty ? cast.speakers[0] : dice.pick(cast.speakers)
        let sequence = sequences[party, default: 0] + 1
        sequences[party] = sequence
        let statement = Statement(
            agreement: cast.agreement.id, terms: cast.agreement.terms, sequence: sequence,
            predicate: predicate(of: party, sequence, with: &dice, size: size))
        guard
            let envelope = try? Envelope.sign(
                payload: statement.payload, payloadType: Envelope.inToto, with: [key]),
            case .admitted(let submission) = law.admit(envelope, bytes: 1000)
        else { preconditionFailure("parties say what they may say") }
        said.append(Said(submission: submission))
        return said.count - 1
    }

    /// What a statement says, once it was looked at like one that comes over the network.
    func admitted(_ envelope: Envelope) -> Submission {
        guard case .admitted(let submission) = law.admit(envelope, bytes: 1000) else {
            preconditionFailure("monitors pass on what may be said")
        }
        return submission
    }

    private func predicate(
        of party: String, _ sequence: Int64, with dice: inout Dice, size: Int
    ) -> Predicate {
        let number = dice.below(10)
        let isDeveloper = party.hasPrefix("developer")
        if isDeveloper, sequence == 1 {
            let commitment = Commitment(
                atLeast: 0, of: nil, leastShare: nil, leastJurisdictions: nil)
            return .accession(Accession(commitment: commitment))
        }
        if isDeveloper, sequence == 2 {
            let name = "model-of-\(party)"
            return .model(
                ModelRegistration(
                    model: name, digest: Digest.sha256(Array(name.utf8)), parents: [],
                    released: false))
        }
        let question = "q\(max(1, size - dice.below(8)))"
        switch number {
        case 0...2 where isDeveloper:
            return .selfPause(SelfPause(model: "model-of-\(party)", reason: "too good"))
        case 3...4 where isDeveloper:
            return .selfResume(SelfResume(model: "model-of-\(party)", reason: "tamed"))
        case 0...1 where !isDeveloper:
            return .question(
                QuestionRequest(
                    question: .nonCompliance, cause: nil,
                    accused: dice.pick(["developer-a", "developer-b"]), reason: "as it seems"))
        case 2...7 where !isDeveloper:
            return .vote(
                Vote(
                    question: question, choice: dice.isTrue(in: 800) ? .yes : .no,
                    reason: "as I see it"))
        default: return .hearing(Hearing(question: question, position: "heard"))
        }
    }
}
