// SPDX-License-Identifier: Apache-2.0

import PauseAgreement

/// Why a party is in the state it is in; the words are in Explanation+State.swift.
enum PartyReason: Hashable, Sendable {
    case notInForce
    case condition(Dropped.Reason)
    case foundBy(question: String)
    case causes([String])
    /// Every site shows the stop.
    case shown([String])
    /// What keeps it from showing its stop, at which site.
    case lacks(StopLack, site: String?, causes: [String])
    case withdraws(at: Time)
}

extension Brake {
    func partyState(of place: Int) -> (PartyState, PartyReason?) {
        let member: Membership.Member
        switch membership.standings[place] {
        case .outside: return (.outside, nil)
        case .withdrawn: return (.withdrawn, nil)
        case .joined(let joined): member = joined
        }
        if let question = nonCompliant[place] {
            return (.nonCompliant, .foundBy(question: question))
        }
        guard membership.isBound(place) else {
            return (.suspended, dropReason(of: place).map { .condition($0) } ?? .notInForce)
        }
        let stopping = stoppingCauses(of: place)
        if !stopping.isEmpty {
            let ids = stopping.map(\.id)
            guard let (site, lack) = stopLack(of: place) else { return (.stopped, .shown(ids)) }
            let isDue = lack.isFoundWrong || stopping.contains(where: \.evidenceOverdue)
            let reason = PartyReason.lacks(lack, site: site, causes: ids)
            return isDue ? (.unverified, reason) : (.stopping, reason)
        }
        return (.free, member.noticeEnds.map { .withdraws(at: $0) })
    }

    /// Whether a cause makes this party stop.
    func stops(_ cause: Cause, _ place: Int) -> Bool {
        guard cause.measure == .pause else { return false }
        return cause.isByDecision ? roster.parties[place].doesCoveredWork : cause.party == place
    }

    /// Why a party fell out of the fixed point, if it did.
    private func dropReason(of place: Int) -> Dropped.Reason? {
        let name = roster.parties[place].name
        for round in membership.result.rounds {
            if let dropped = round.first(where: { $0.party == name }) { return dropped.reason }
        }
        return nil
    }
}
