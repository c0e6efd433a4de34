// SPDX-License-Identifier: Apache-2.0

import PauseAgreement

/// What the votes cast so far come to.
enum Tally: Hashable, Sendable {
    case open, adopted
    /// Not even if all who have not voted said yes.
    case rejected
}

extension Brake {
    /// Adopted at a quorum of `yes` votes from enough jurisdictions; rejected once that cannot be
    /// reached.
    func tally(_ question: Question) -> Tally {
        var yes: [Int] = []
        var couldSayYes: [Int] = []
        for member in roster.council
        where !question.recused.contains(where: { $0.member == member }) {
            switch question.ballots.first(where: { $0.member == member })?.choice {
            case .yes:
                yes.append(member)
                couldSayYes.append(member)
            case nil: couldSayYes.append(member)
            case .no, .abstain: break
            }
        }
        if question.rule.isMet(by: yes.map { roster.parties[$0] }) { return .adopted }
        return question.rule.isMet(by: couldSayYes.map { roster.parties[$0] }) ? .open : .rejected
    }
}

extension DecisionRule {
    /// Whether these members saying `yes` adopts: enough of them, from enough jurisdictions.
    func isMet(by members: [Party]) -> Bool {
        members.count >= quorum && Set(members.map(\.jurisdiction)).count >= jurisdictions
    }
}
