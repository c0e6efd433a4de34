// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

/// Who joined, on which condition, and who is bound by it.
///
/// Parties are places in the roster, which is sorted by name.
struct Membership: Sendable {
    struct Member: Sendable {
        var commitment: Commitment
        /// The end of the notice, once the party said that it leaves.
        var noticeEnds: Time?
    }

    enum Standing: Sendable {
        case outside
        case joined(Member)
        case withdrawn

        var member: Member? {
            if case .joined(let member) = self { member } else { nil }
        }
    }

    private(set) var standings: [Standing]
    private(set) var result = ActivationResult.empty
    /// For each party whether the fixed point holds it.
    private(set) var isIn: [Bool]
    /// When the agreement entered into force.
    var inForceSince: Time?

    init(parties: Int) {
        standings = Array(repeating: .outside, count: parties)
        isIn = Array(repeating: false, count: parties)
    }

    var inForce: Bool { inForceSince != nil }

    /// Whether measures bind the party: in force, and its condition holds.
    func isBound(_ place: Int) -> Bool { inForce && isIn[place] }

    mutating func set(_ standing: Standing, of place: Int, roster: Roster) {
        standings[place] = standing
        recompute(roster)
    }

    /// A notice changes nothing about who is bound until it ends.
    mutating func setNotice(_ end: Time?, of place: Int) {
        guard case .joined(var member) = standings[place] else { return }
        member.noticeEnds = end
        standings[place] = .joined(member)
    }

    private mutating func recompute(_ roster: Roster) {
        let joined = standings.enumerated().compactMap { place, standing in
            standing.member.map { member in
                let party = roster.parties[place]
                return CommittedParty(
                    name: party.name, commitment: member.commitment, share: party.share,
                    jurisdiction: party.jurisdiction.isEmpty ? nil : party.jurisdiction)
            }
        }
        result = Activation.greatestFixedPoint(joined)
        isIn = Array(repeating: false, count: standings.count)
        for name in result.in {
            if let place = roster.place(of: name) { isIn[place] = true }
        }
    }
}

// MARK: - Statements

extension Brake {
    mutating func accede(_ accession: Accession, by place: Int) -> NoEffect.Reason? {
        if case .joined(let member) = membership.standings[place] {
            let same = member.commitment == accession.commitment
            if same, member.noticeEnds == nil { return .nothingNew }
            // Whoever could harden its condition while bound would be out at once, without notice.
            if membership.isBound(place) {
                guard same else { return .conditionStands }
                membership.setNotice(nil, of: place)
                derived.isStale = true
                return nil
            }
        }
        let member = Membership.Member(commitment: accession.commitment, noticeEnds: nil)
        membership.set(.joined(member), of: place, roster: roster)
        membershipChanged()
        return nil
    }

    mutating func withdraw(_ place: Int) -> NoEffect.Reason? {
        guard let member = membership.standings[place].member else { return .notAcceded }
        if let end = member.noticeEnds { return .alreadyWithdrawing(until: end) }
        if membership.isBound(place) {
            let end = clock.later(by: agreement.exit.notice)
            membership.setNotice(end, of: place)
            deadlines.insert(Deadline(time: end, event: .noticeEnds(party: place)))
            derived.isStale = true
        } else {
            leave(place)
        }
        return nil
    }

    /// The end of a notice; one that was taken back, or given anew, is not this one.
    mutating func endNotice(of place: Int, due: Time) {
        guard let end = membership.standings[place].member?.noticeEnds, end <= due else { return }
        leave(place)
    }

    private mutating func leave(_ place: Int) {
        membership.set(.withdrawn, of: place, roster: roster)
        membershipChanged()
    }

    private mutating func membershipChanged() {
        derived.isStale = true
        guard !membership.inForce, shortfalls().isEmpty else { return }
        membership.inForceSince = clock
        board.reconsider(law.pairs)
    }
}

// MARK: - Entry into force

/// A condition of entry into force that those who would be bound do not meet.
enum Shortfall: Hashable, Sendable {
    case parties(have: Int, need: Int)
    case states(have: Int, need: Int)
    case developers(have: Int, need: Int)
    case share(have: ExactDecimal, need: ExactDecimal)
}

extension Brake {
    func shortfalls() -> [Shortfall] {
        let terms = agreement.entryIntoForce
        let bound = roster.parties.indices.filter { membership.isIn[$0] }.map { roster.parties[$0] }
        let states = bound.count { $0.roles.contains(.state) }
        let developers = bound.count { $0.roles.contains(.developer) }
        // A sum that does not fit is no proof of a share.
        let share = bound.reduce(ExactDecimal?.some(.zero)) { $0?.adding($1.share) } ?? .zero
        var missing: [Shortfall] = []
        if bound.count < terms.atLeast {
            missing.append(.parties(have: bound.count, need: terms.atLeast))
        }
        if states < terms.leastStates {
            missing.append(.states(have: states, need: terms.leastStates))
        }
        if developers < terms.leastDevelopers {
            missing.append(.developers(have: developers, need: terms.leastDevelopers))
        }
        if share < terms.leastShare {
            missing.append(.share(have: share, need: terms.leastShare))
        }
        return missing
    }
}
