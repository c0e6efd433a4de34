// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement

/// A party with the condition that it joined on.
public struct CommittedParty: Hashable, Sendable {
    public let name: String
    public let commitment: Commitment
    /// Its share of estimated frontier compute; 0 where none.
    public let share: ExactDecimal
    /// Nil for a party that counts towards no jurisdiction.
    public let jurisdiction: String?

    public init(name: String, commitment: Commitment, share: ExactDecimal, jurisdiction: String?) {
        self.name = name
        self.commitment = commitment
        self.share = share
        self.jurisdiction = jurisdiction
    }
}

/// Who is bound: the largest set in which everybody's own condition holds.
public struct ActivationResult: Hashable, Sendable {
    /// Sorted by name.
    public let `in`: [String]
    /// Who fell out, round by round, each round sorted by name.
    public let rounds: [[Dropped]]

    public init(in names: [String], rounds: [[Dropped]]) {
        self.in = names
        self.rounds = rounds
    }

    /// Nobody, since nobody joined.
    public static let empty = ActivationResult(in: [], rounds: [])
}

/// A party that falls out, and the first part of its condition that failed.
public struct Dropped: Hashable, Sendable {
    public enum Reason: Hashable, Sendable {
        case tooFew(have: Int, need: Int)
        case tooSmallShare(have: ExactDecimal, need: ExactDecimal)
        case tooFewJurisdictions(have: Int, need: Int)
    }

    public let party: String
    public let reason: Reason

    public init(party: String, reason: Reason) {
        self.party = party
        self.reason = reason
    }
}

/// Entry into force, suspension and release: one computation.
public enum Activation {
    /// The greatest fixed point of the parties' conditions.
    ///
    /// Starts from all; each round, whoever's condition fails among those left falls out, all at
    /// once. Since a condition that holds in a set holds in every larger one, this finds the union
    /// of all sets in which everybody is content (Knaster–Tarski), and the order of rounds does not
    /// matter.
    ///
    /// - Precondition: each name once.
    /// - Complexity: O(names in conditions + rounds × parties).
    ///
    /// Source: A. Tarski, "A lattice-theoretical fixpoint theorem and its applications", 1955.
    public static func greatestFixedPoint(_ commitments: [CommittedParty]) -> ActivationResult {
        var field = Field(commitments.sorted { $0.name < $1.name })
        var rounds: [[Dropped]] = []
        while true {
            let failing = field.left.compactMap { place in
                field.failure(of: place).map { (place, $0) }
            }
            if failing.isEmpty { break }
            rounds.append(failing.map { Dropped(party: field.parties[$0.0].name, reason: $0.1) })
            field.drop(failing.map(\.0))
        }
        return ActivationResult(in: field.left.map { field.parties[$0].name }, rounds: rounds)
    }
}

/// Those left, with the sums that conditions speak of kept up to date.
private struct Field {
    let parties: [CommittedParty]
    /// Places of those left, in the order of names.
    private(set) var left: [Int]
    /// For each party: how many of the parties it names are left.
    private var named: [Int]
    /// For each party: who names it.
    private let namedBy: [[Int]]
    private var jurisdictions: [String: Int] = [:]
    /// Nil where the sum does not fit; then no condition on shares is met.
    private var share: ExactDecimal?

    init(_ parties: [CommittedParty]) {
        self.parties = parties
        left = Array(parties.indices)
        var place: [String: Int] = [:]
        for (index, party) in parties.enumerated() {
            let before = place.updateValue(index, forKey: party.name)
            precondition(before == nil, "each party once")
        }
        var namedBy: [[Int]] = Array(repeating: [], count: parties.count)
        named = parties.enumerated().map { index, party in
            guard let names = party.commitment.of else { return 0 }
            let present = names.compactMap { place[$0] }
            for other in present { namedBy[other].append(index) }
            return present.count
        }
        self.namedBy = namedBy
        for party in parties {
            if let jurisdiction = party.jurisdiction {
                jurisdictions[jurisdiction, default: 0] += 1
            }
        }
        share = Field.sum(parties.map(\.share))
    }

    func failure(of place: Int) -> Dropped.Reason? {
        let condition = parties[place].commitment
        let have = condition.of == nil ? left.count : named[place]
        if have < condition.atLeast { return .tooFew(have: have, need: condition.atLeast) }
        if let need = condition.leastShare {
            guard let share, need <= share else {
                return .tooSmallShare(have: share ?? .zero, need: need)
            }
        }
        if let need = condition.leastJurisdictions, jurisdictions.count < need {
            return .tooFewJurisdictions(have: jurisdictions.count, need: need)
        }
        return nil
    }

    mutating func drop(_ places: [Int]) {
        var gone = Array(repeating: false, count: parties.count)
        for place in places {
            gone[place] = true
            for other in namedBy[place] { named[other] -= 1 }
            guard let jurisdiction = parties[place].jurisdiction else { continue }
            jurisdictions[jurisdiction]! -= 1
            if jurisdictions[jurisdiction] == 0 { jurisdictions[jurisdiction] = nil }
        }
        left.removeAll { gone[$0] }
        share = Field.sum(left.map { parties[$0].share })
    }

    private static func sum(_ shares: [ExactDecimal]) -> ExactDecimal? {
        shares.reduce(ExactDecimal?.some(.zero)) { $0?.adding($1) }
    }
}
