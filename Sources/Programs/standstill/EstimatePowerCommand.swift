// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Measurement
import TransparencyLog

struct EstimatePowerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "power",
        abstract: "How many questions tell two models apart, or what so many questions tell.",
        discussion: """
            For two models that answer the same questions. With --n it prints the smallest \
            difference that so many questions find.

              standstill estimate power --difference 0.03 --between 0.1111 --within 0.1667,0.1667
              standstill estimate power --n 500 --between 0.1111 --within 0.1667,0.1667 \
                --repeats 10,10
            """)

    @Option(help: ArgumentHelp("The difference to be found.", valueName: "x"))
    var difference: Double?

    @Option(
        name: .customLong("n"), help: ArgumentHelp("How many questions there are.", valueName: "n"))
    var questions: Int?

    @Option(help: "The variance over questions of the difference between the models.")
    var between: Double

    @Option(
        help: ArgumentHelp(
            "The mean variance within a question, of either model.", valueName: "a,b"))
    var within: WordList

    @Option(help: ArgumentHelp("How often each model is asked a question.", valueName: "a,b"))
    var repeats = WordList(argument: "1,1")

    @Option(help: "The chance of finding a difference that is not there.")
    var alpha = Probability(0.05) ?? .oneHalf

    @Option(help: "The chance of not finding one that is.")
    var beta = Probability(0.2) ?? .oneHalf

    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws {
        guard (difference == nil) != (questions == nil) else {
            throw ValidationError("give either --difference or --n")
        }
    }

    func run() throws {
        let variances = try within.numbers()
        let asked = try repeats.words().compactMap(Int.init)
        guard variances.count == 2, asked.count == 2 else {
            throw Failure.usage("--within and --repeats take two numbers, one a model")
        }
        let (needed, found) = try estimating { () throws(UnusableSample) in
            let power = try ComparisonPower(
                differenceVariance: between,
                first: .init(variance: variances[0], repeats: asked[0]),
                second: .init(variance: variances[1], repeats: asked[1]))
            if let difference {
                let needed = try power.estimateQuestions(
                    difference: difference, falseAlarm: alpha, miss: beta)
                return (needed, difference)
            }
            let count = questions ?? 0
            return (
                count,
                try power.estimateDifference(questions: count, falseAlarm: alpha, miss: beta)
            )
        }
        guard !json else {
            return printJSON([
                "n": .integer(Int64(needed)), "difference": .number(found),
                "alpha": .number(alpha.share), "beta": .number(beta.share),
            ])
        }
        print("\(needed) questions find a difference of \(found.sentence)")
    }
}
