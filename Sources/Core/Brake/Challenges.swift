// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

/// Measurements that somebody computed again and found otherwise.
struct ChallengeBook: Sendable {
    struct Made: Sendable {
        let entry: LogIndex
        let party: Int
        let challenge: Challenge
        let question: QuestionNumber
    }

    /// In the order of entries.
    private(set) var made: [Made] = []
    private var known: Set<[UInt64]> = []

    /// Whether the party has challenged the measurement before: once is enough to be heard.
    func has(_ party: Int, challenged entry: LogIndex) -> Bool {
        known.contains([entry.value, UInt64(party)])
    }

    mutating func add(_ challenge: Made) {
        made.append(challenge)
        known.insert([challenge.challenge.measurement.value, UInt64(challenge.party)])
    }
}

extension Brake {
    /// Opens a question about a measurement, which counts until that is decided.
    mutating func challenge(
        _ challenge: Challenge, by party: Int, at index: LogIndex
    ) -> NoEffect.Reason? {
        guard membership.inForce else { return .notInForce }
        let entry = challenge.measurement
        guard let place = revisions.place(of: entry), let revision = revisions[entry] else {
            return .unknownMeasurement(entry: entry)
        }
        let unit = agreement.indicators[place.slot.topic].unit
        guard challenge.unit == unit else { return .otherUnit(needed: unit) }
        guard place.signer != party else { return .ownMeasurement(entry: entry) }
        if revision.isWithdrawn { return .measurementWithdrawn(entry: entry) }
        let asked = docket.open.first { docket[$0].matter.measurement == entry }
        if let asked { return .alreadyAsked(question: docket[asked].id) }
        if challenges.has(party, challenged: entry) { return .alreadyChallenged(entry: entry) }
        guard agreement.decisions.rule(for: .challenge) != nil else { return .noRule(.challenge) }
        let number = docket.nextNumber(at: index)
        challenges.add(
            ChallengeBook.Made(entry: index, party: party, challenge: challenge, question: number))
        revisions.change(entry) { $0.challenge = number }
        open(.challenge, on: Matter(accused: place.signer, measurement: entry), at: index)
        return nil
    }

    /// A challenge was adopted: the measurement counts no longer, and no older one in its place.
    mutating func withdraw(_ entry: LogIndex, by question: Question) {
        guard let place = revisions.place(of: entry) else { return }
        revisions.change(entry) { $0.isWithdrawn = true }
        weigh { $0.withdraw(entry, in: place.slot, by: question.id, at: $1) }
    }
}
