// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Measurement
import TransparencyLog

struct EstimateGapRecoveredCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gap-recovered",
        abstract: "How much of the gap between a weak and a strong result a third one closes.",
        discussion: """
            (score − floor) / (ceiling − floor), with an interval where standard errors are given.

              standstill estimate gap-recovered --score 0.794 --floor 0.6 --ceiling 0.8
              standstill estimate gap-recovered --score 0.794 --floor 0.6 --ceiling 0.8 \
                --errors 0.005,0.01,0.004
            """)

    @Option(
        parsing: .unconditional, help: ArgumentHelp("The result that is judged.", valueName: "x"))
    var score: Double

    @Option(
        parsing: .unconditional, help: ArgumentHelp("The weak result.", valueName: "x"))
    var floor: Double

    @Option(
        parsing: .unconditional, help: ArgumentHelp("The strong one.", valueName: "x"))
    var ceiling: Double

    @Option(
        help: ArgumentHelp(
            "The standard errors of score, floor and ceiling. (default: exact)",
            valueName: "a,b,c"))
    var errors: WordList?

    @Option(help: "The confidence of the interval.")
    var confidence = Probability.ninetyFivePercent

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        let errors = try errors?.numbers() ?? [0, 0, 0]
        guard errors.count == 3 else {
            throw Failure.usage("--errors takes three: of score, floor and ceiling")
        }
        let ratio = try estimating { () throws(UnusableSample) in
            try GapRecovered.estimate(
                score: .init(score, standardError: errors[0]),
                floor: .init(floor, standardError: errors[1]),
                ceiling: .init(ceiling, standardError: errors[2]))
        }
        ratio.print(
            confidence: confidence, isExact: errors.allSatisfy { $0 == 0 }, json: json)
    }
}
