// SPDX-License-Identifier: Apache-2.0

import Foundation
import PauseAgreement
import Testing
import TransparencyLog

@testable import Brake

/// The example that the package ships, under the law.
@Suite struct ExampleAgreementTests {
    private static let folder = Scene.root.appending(path: "Examples/frontier-pause")

    @Test func `the example's accessions bring it into force, with every developer bound`() throws {
        let yaml = try String(
            contentsOf: Self.folder.appending(path: "agreement.yaml"), encoding: .utf8)
        let agreement = try #require(Agreement.read(yaml: yaml).agreement)
        var play = try Play(agreement)
        let opening = Opening(rules: 1, origin: agreement.log.origin, policy: "")
        try play.note("log", .opening(opening), at: Scene.day(1))
        let joining = agreement.parties.filter { !$0.roles.contains(.monitor) }
        for party in joining {
            let file = Self.folder.appending(path: "accessions/\(party.name).json")
            let written = try JSON.parse(Array(Data(contentsOf: file)))
            var fields = try Fields(try #require(written["commitment"]))
            let accession = Accession(commitment: try Commitment(&fields))
            let outcome = try play.note(party.name, .accession(accession), at: Scene.day(2))
            #expect(outcome.isEffective, "\(party.name): \(outcome)")
        }
        let state = play.brake.state
        #expect(state.entryIntoForce.inForce, "waits for \(state.entryIntoForce.waitsFor)")
        #expect(state.entryIntoForce.out.isEmpty)
        #expect(state.entryIntoForce.in == joining.map(\.name))
        #expect(state.brake == .running)
        try checkInvariants(of: play)
    }

    @Test func `the example's own tests come out as they say`() throws {
        let yaml = try String(
            contentsOf: Self.folder.appending(path: "agreement.yaml"), encoding: .utf8)
        let agreement = try #require(Agreement.read(yaml: yaml).agreement)
        let results = agreement.runTests()
        #expect(results.count == 10)
        for result in results {
            #expect(result.failures.map(\.sentence) == [], "\(result.name)")
            #expect(result.ignored == [], "\(result.name)")
        }
    }
}
