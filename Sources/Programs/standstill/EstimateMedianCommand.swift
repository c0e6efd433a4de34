// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Measurement
import TransparencyLog

struct EstimateMedianCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "median",
        abstract: "Between which ranks, or values, of a poll's sorted answers the median lies.",
        discussion: """
            Assumes nothing about how the answers are spread. The ranks count from 1.

              standstill estimate median --n 130 --confidence 0.95
              standstill estimate median --values 1.5,2,2,3,4,4,8,10
              standstill estimate median --values @answers.txt
            """)

    @Option(
        name: .customLong("n"), help: ArgumentHelp("How many answers there are.", valueName: "n"))
    var count: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The answers, or @FILE with them.", valueName: "numbers"))
    var values: WordList?

    @Option(help: "The least chance that the two ranks enclose the median.")
    var confidence = Probability.ninetyFivePercent

    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws {
        guard (count == nil) != (values == nil) else {
            throw ValidationError("give either --n or --values")
        }
        guard count ?? 0 <= 10_000_000 else {
            throw ValidationError("--n must be at most 10000000")
        }
    }

    func run() throws {
        if let values { return try printMedian(of: values.numbers()) }
        let ranks = try estimating { () throws(UnusableSample) in
            try MedianRanks.estimate(count: count ?? 0, confidence: confidence)
        }
        guard !json else { return printJSON(.object(members(ranks, count: count ?? 0))) }
        print(sentence(ranks, count: count ?? 0))
    }

    private func printMedian(of answers: [Double]) throws {
        let median = try estimating { () throws(UnusableSample) in
            try MedianEstimate.estimate(answers, confidence: confidence)
        }
        guard !json else {
            var object = members(median.ranks, count: median.count)
            object["value"] = .number(median.value)
            object["interval"] = .interval(median.interval)
            return printJSON(.object(object))
        }
        print("\(median.value.sentence) (\(median.interval.sentence))")
        print(sentence(median.ranks, count: median.count))
    }

    private func members(_ ranks: MedianRanks, count: Int) -> JSONObject {
        [
            "n": .integer(Int64(count)), "confidence": .number(confidence.share),
            "ranks": [.integer(Int64(ranks.lower)), .integer(Int64(ranks.upper))],
            "coverage": .number(ranks.coverage),
        ]
    }

    private func sentence(_ ranks: MedianRanks, count: Int) -> String {
        "ranks \(ranks.lower) and \(ranks.upper) of \(count) (coverage \(ranks.coverage.sentence))"
    }
}
