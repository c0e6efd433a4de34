// SPDX-License-Identifier: Apache-2.0

import Foundation
import PauseAgreement
import Testing
import TransparencyLog

@testable import Brake

/// Who is bound: compared with trying every set of parties.
@Suite struct ActivationTests {
    @Test func `nobody is bound where nobody joined`() {
        #expect(Activation.greatestFixedPoint([]) == .empty)
    }

    @Test func `all or nothing holds with all, and with one gone nobody is left`() {
        let names = ["a", "b", "c"]
        check(names.map { .init($0, atLeast: 3) }, binds: names)
        check(names.dropLast().map { .init($0, atLeast: 3) }, binds: [])
    }

    @Test func `a ladder stands, and falls step by step when its foot goes`() {
        let ladder = (1...5).map { CommittedParty("p\($0)", atLeast: $0) }
        check(ladder, binds: ["p1", "p2", "p3", "p4", "p5"])
        let steps = (1...5).map { CommittedParty("p\($0)", atLeast: $0 + 1) }
        let result = Activation.greatestFixedPoint(steps)
        #expect(result.in.isEmpty)
        #expect(result.rounds.map { $0.map(\.party) } == [["p5"], ["p4"], ["p3"], ["p2"], ["p1"]])
    }

    @Test func `a party's reason names what failed, with the figures`() {
        let parties = [
            CommittedParty("few", atLeast: 4), CommittedParty("free", atLeast: 0),
            CommittedParty("share", atLeast: 0, share: "0.2", leastShare: "0.5"),
            CommittedParty("wide", atLeast: 0, leastJurisdictions: 2, jurisdiction: "Norland"),
        ]
        let result = Activation.greatestFixedPoint(parties)
        #expect(result.in == ["free"])
        let reasons = Dictionary(
            uniqueKeysWithValues: result.rounds.joined().map { ($0.party, $0.reason) })
        #expect(
            reasons["share"]
                == .tooSmallShare(have: ExactDecimal("0.2")!, need: ExactDecimal("0.5")!))
        #expect(reasons["wide"] == .tooFewJurisdictions(have: 1, need: 2))
        #expect(reasons["few"] == .tooFew(have: 2, need: 4))
        #expect(result.rounds.map { $0.map(\.party) } == [["share", "wide"], ["few"]])
    }

    @Test
    func `a party counts itself where it is among those it names, and nobody who did not join`() {
        check([.init("a", atLeast: 1, of: ["a"])], binds: ["a"])
        check([.init("a", atLeast: 2, of: ["a", "absent"])], binds: [])
    }

    @Test(arguments: 0..<400)
    func `the result is the union of all sets in which everybody is content`(seed: UInt64) {
        var random = SplitMix(seed: seed)
        let parties = (0..<Int.random(in: 1...9, using: &random)).map { place in
            CommittedParty.random("p\(place)", among: 9, using: &random)
        }
        let found = Activation.greatestFixedPoint(parties)
        #expect(Set(found.in) == largestContentSet(parties), "seed \(seed)")
        #expect(found.in == found.in.sorted())
        #expect(found.in.count + found.rounds.joined().count == parties.count)
        #expect(
            found == Activation.greatestFixedPoint(parties.shuffled(using: &random)), "seed \(seed)"
        )
    }

    @Test func `a thousand parties fall one by one within seconds`() {
        let ladder = (1...1000).map { CommittedParty("p\($0)", atLeast: $0 + 1) }
        let start = ContinuousClock.now
        let result = Activation.greatestFixedPoint(ladder)
        #expect(result.in.isEmpty && result.rounds.count == 1000)
        #expect(ContinuousClock.now - start < .seconds(20))
    }
}

// MARK: - Figures computed elsewhere

private let referenceFile = Scene.root.appending(
    path: "../shared/data/incentives/oracles_part2.json")
private let referenceIsThere = FileManager.default.fileExists(atPath: referenceFile.path)
private let isCI = ProcessInfo.processInfo.environment["CI"] != nil

@Suite(
    .enabled(if: referenceIsThere || isCI, "skipped: the reference data is not beside the package"))
struct ActivationReferenceTests {
    @Test func `conditions on numbers agree with figures computed elsewhere`() throws {
        let cases = try #require(reference()["commit_total"]?.array)
        #expect(cases.count == 4)
        for item in cases {
            let needs = try #require(item["ks"]?.array).compactMap(\.integer)
            let parties = needs.enumerated().map { CommittedParty("p\($0)", atLeast: Int($1)) }
            #expect(
                Activation.greatestFixedPoint(parties).in.count
                    == item["gfp"]?.integer.map { Int($0) },
                "\(item["label"]?.string ?? "")")
        }
    }

    @Test func `conditions on named parties agree with figures computed elsewhere`() throws {
        let cases = try #require(reference()["commit_graph"]?.array)
        let names = (0..<5).map { "p\($0)" }
        let built: [String: [CommittedParty]] = [
            "cycle5 k=1 of {next}": (0..<5).map {
                .init(names[$0], atLeast: 1, of: [names[($0 + 1) % 5]])
            },
            "complete K5, k=4 of others": (0..<5).map { place in
                .init(names[place], atLeast: 4, of: names.filter { $0 != names[place] })
            },
        ]
        #expect(cases.count == built.count)
        for item in cases {
            let name = try #require(item["name"]?.string)
            let parties = try #require(built[name])
            #expect(
                Activation.greatestFixedPoint(parties).in.count
                    == item["gfp"]?.integer.map { Int($0) })
        }
    }

    private func reference() throws -> JSON {
        try JSON.parse(Array(Data(contentsOf: referenceFile)), numbers: .anyAsWritten)
    }
}

// MARK: - The slow, obvious way

/// The union of all self-consistent sets.
private func largestContentSet(_ parties: [CommittedParty]) -> Set<String> {
    var union: Set<String> = []
    for bits in 0..<(1 << parties.count) {
        let inside = parties.enumerated().filter { bits & (1 << $0.offset) != 0 }.map(\.element)
        if inside.allSatisfy({ isContent($0, among: inside) }) {
            union.formUnion(inside.map(\.name))
        }
    }
    return union
}

private func isContent(_ party: CommittedParty, among inside: [CommittedParty]) -> Bool {
    let condition = party.commitment
    let counted = inside.count { condition.of?.contains($0.name) ?? true }
    let share = inside.reduce(ExactDecimal.zero) { $0.adding($1.share)! }
    let jurisdictions = Set(inside.compactMap(\.jurisdiction)).count
    return counted >= condition.atLeast && share >= (condition.leastShare ?? .zero)
        && jurisdictions >= (condition.leastJurisdictions ?? 0)
}

private func check(
    _ parties: [CommittedParty], binds names: [String],
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(Activation.greatestFixedPoint(parties).in == names, sourceLocation: sourceLocation)
}

extension CommittedParty {
    fileprivate init(
        _ name: String, atLeast: Int, of: [String]? = nil, share: String = "0",
        leastShare: String? = nil,
        leastJurisdictions: Int? = nil, jurisdiction: String? = nil
    ) {
        self.init(
            name: name,
            commitment: Commitment(
                atLeast: atLeast, of: of, leastShare: leastShare.map { ExactDecimal($0)! },
                leastJurisdictions: leastJurisdictions),
            share: ExactDecimal(share)!, jurisdiction: jurisdiction)
    }

    fileprivate static func random(
        _ name: String, among count: Int, using random: inout SplitMix
    ) -> CommittedParty {
        let named = (0..<count).filter { _ in Bool.random(using: &random) }.map { "p\($0)" }
        return CommittedParty(
            name, atLeast: Int.random(in: 0...5, using: &random),
            of: Bool.random(using: &random) ? named : nil,
            share: "0.\(Int.random(in: 0...30, using: &random))",
            leastShare: Int.random(in: 0...3, using: &random) == 0
                ? "0.\(Int.random(in: 10...99, using: &random))" : nil,
            leastJurisdictions: Int.random(in: 0...3, using: &random) == 0
                ? Int.random(in: 1...4, using: &random) : nil,
            jurisdiction: ["Norland", "Sudland", "Westland", nil].randomElement(using: &random)!)
    }
}

/// A seeded generator, so that a failing case can be run again.
///
/// Source: G. Steele et al., "Fast splittable pseudorandom number generators", 2014.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
