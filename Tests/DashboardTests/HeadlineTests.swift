// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import Testing
import TransparencyLog

@testable import Brake

@Suite struct HeadlineTests {
    /// Developers a to e in these states, everybody else outside.
    private func sentence(_ brake: BrakeState, _ states: [PartyState], _ measure: Measure? = nil)
        -> String
    {
        headline(brake, states, measure).sentence
    }

    private func headline(_ brake: BrakeState, _ states: [PartyState], _ measure: Measure? = nil)
        -> Headline
    {
        let names = ["developer-a", "developer-b", "developer-c", "developer-d", "developer-e"]
        return Headline(
            Scene.agreement, at: Scene.now, size: TreeSize(42), brake: brake, measure: measure,
            states: Dictionary(uniqueKeysWithValues: zip(names, states)))
    }

    @Test func `the sentence of a day without a pause`() {
        #expect(
            sentence(.running, Array(repeating: .free, count: 5))
                == "No pause is in force: all 5 known frontier developers are bound, with 80 % of "
                + "estimated frontier compute; nobody is stopped.")
    }

    @Test func `the sentence of a pause names who stands where`() {
        #expect(
            sentence(.paused, [.stopped, .stopped, .unverified, .stopping, .outside])
                == "A pause is in force: 4 of the 5 known frontier developers are bound, with 70 % of "
                + "estimated frontier compute; developer-a and developer-b have stopped; developer-d "
                + "is stopping; developer-c is unverified; developer-e is outside.")
    }

    @Test func `one that is bound is spoken of as one`() {
        #expect(
            sentence(.called, [.stopping, .nonCompliant, .suspended, .withdrawn, .outside])
                == "A pause is called: 2 of the 5 known frontier developers are bound, with 42 % of "
                + "estimated frontier compute; developer-a is stopping; developer-b was found "
                + "non-compliant; developer-c has joined but is not bound; developer-d has withdrawn; "
                + "developer-e is outside.")
        #expect(
            sentence(.running, [.free, .outside, .outside, .outside, .outside])
                == "No pause is in force: 1 of the 5 known frontier developers is bound, with 22 % of "
                + "estimated frontier compute; nobody is stopped; developer-b, developer-c, "
                + "developer-d and developer-e are outside.")
    }

    @Test func `nobody bound is said plainly`() {
        #expect(
            sentence(.openForSignature, Array(repeating: .outside, count: 5))
                == "The agreement is open for signature: none of the 5 known "
                + "frontier developers is bound yet; developer-a, developer-b, developer-c, developer-d "
                + "and developer-e are outside.")
    }

    @Test func `what is in force short of a pause is named`() {
        let free = Array(repeating: PartyState.free, count: 5)
        #expect(
            sentence(.notified, free, .cap).hasPrefix(
                "No pause is in force, but the measure \"cap\" is: all 5"))
        #expect(
            sentence(.notified, free).hasPrefix("No pause is in force, but a question is open: "))
        #expect(sentence(.resuming, free).hasPrefix("A pause is being lifted in stages: "))
        #expect(sentence(.ended, free).hasPrefix("The agreement has ended: "))
    }

    @Test func `shares are added exactly`() {
        #expect(
            headline(.running, [.free, .free, .free, .outside, .outside]).share.description
                == "0.58")
    }

    @Test func `the state and its JSON lead to the same headline`() throws {
        for brake in BrakeState.allCases {
            let state = Scene(brake: brake).state
            let direct = state.headline(Scene.agreement)
            let read = try #require(
                Headline(stateJSON: state.json, agreement: Scene.agreement))
            #expect(read == direct)
            #expect(read.json["sentence"]?.string == direct.sentence)
        }
        #expect(Headline(stateJSON: .object([:]), agreement: Scene.agreement) == nil)
    }
}
