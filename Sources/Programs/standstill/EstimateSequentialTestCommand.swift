// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Measurement
import TransparencyLog

struct EstimateSequentialTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sprt",
        abstract: "Wald's test of one success rate against a higher one, trial after trial.",
        discussion: """
            --outcomes gives the trials in their order, 1 for a success, and the test stops at \
            the first bound it reaches. With counts it says how they stand now.

              standstill estimate sprt --null 0.5 --alternative 0.76 --alpha 0.01 --beta 0.05 \
                --outcomes 1,1,0,1,1,1,1,0
              standstill estimate sprt --null 0.01 --alternative 0.1 --successes 3 --trials 40
            """)

    @Option(help: ArgumentHelp("The rate that is not crossed.", valueName: "p"))
    var null: Probability

    @Option(help: ArgumentHelp("The rate that is.", valueName: "p"))
    var alternative: Probability

    @Option(help: "The chance of calling the null rate crossed.")
    var alpha = Probability(0.05) ?? .oneHalf

    @Option(help: "The chance of calling the alternative rate clear.")
    var beta = Probability(0.05) ?? .oneHalf

    @Option(help: ArgumentHelp("The trials, such as 1,0,1 or 101, or @FILE.", valueName: "list"))
    var outcomes: WordList?

    @Option(help: ArgumentHelp("How many trials succeeded.", valueName: "k"))
    var successes: Int?

    @Option(help: ArgumentHelp("How many trials there were.", valueName: "n"))
    var trials: Int?

    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws {
        guard (successes == nil) == (trials == nil) else {
            throw ValidationError("--successes and --trials go together")
        }
        guard outcomes == nil || successes == nil else {
            throw ValidationError("give either --outcomes or --successes and --trials")
        }
    }

    func run() throws {
        let test = try estimating { () throws(UnusableSample) in
            try SequentialTest(
                null: null, alternative: alternative, falseCrossing: alpha, falseClearing: beta)
        }
        let outcome = try outcome(of: test)
        guard !json else { return printJSON(.object(members(test, outcome))) }
        if let outcome {
            print(
                "\(outcome.decision.rawValue) after \(outcome.trials) trials "
                    + "(log-likelihood ratio \(outcome.logRatio.sentence))")
        }
        print("clear at \(test.lowerBound.sentence), crossed at \(test.upperBound.sentence)")
        let expected = test.expectedTrials
        print(
            "trials on average: \(expected.underNull.sentence) at \(null.share), "
                + "\(expected.underAlternative.sentence) at \(alternative.share)")
    }

    private func outcome(of test: SequentialTest) throws -> SequentialTest.Outcome? {
        if let outcomes {
            var list: [Bool] = []
            for character in try outcomes.words().joined() {
                guard character == "0" || character == "1" else {
                    throw Failure.usage("'\(character)' is no outcome: 0 or 1 was expected")
                }
                list.append(character == "1")
            }
            return test.test(list)
        }
        guard let successes, let trials else { return nil }
        return try estimating { () throws(UnusableSample) in
            test.test(try Proportion(successes: successes, trials: trials))
        }
    }

    private func members(_ test: SequentialTest, _ outcome: SequentialTest.Outcome?) -> JSONObject {
        let (lines, expected) = (test.lines, test.expectedTrials)
        var object: JSONObject = [
            "null": .number(null.share), "alternative": .number(alternative.share),
            "alpha": .number(alpha.share), "beta": .number(beta.share),
            "bounds": .numbers([test.lowerBound, test.upperBound]),
            "success-step": .number(test.successStep), "failure-step": .number(test.failureStep),
            "line-slope": .number(lines.slope),
            "line-intercepts": .numbers([-lines.clearing, lines.crossing]),
            "expected-trials": [
                "null": .number(expected.underNull),
                "alternative": .number(expected.underAlternative),
            ],
        ]
        if let outcome {
            object["decision"] = .string(outcome.decision.rawValue)
            object["n"] = .integer(Int64(outcome.trials))
            object["successes"] = .integer(Int64(outcome.successes))
            object["log-likelihood-ratio"] = .number(outcome.logRatio)
        }
        return object
    }
}
