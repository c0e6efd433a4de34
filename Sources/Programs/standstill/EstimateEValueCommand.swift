// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Measurement
import TransparencyLog

struct EstimateEValueCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "e-value",
        abstract: "The evidence against a success rate, however often one looks.",
        discussion: """
            With --alternative it is the likelihood ratio of the two rates; without, a mixture \
            over all rates on the other side. It rejects where it is at least 1/α: 20 for 5 %.

              standstill estimate e-value --successes 20 --trials 24 --null 0.5
              standstill estimate e-value --successes 20 --trials 24 --null 0.5 --alternative 0.76
            """)

    @OptionGroup var counts: CountOptions

    @Option(help: ArgumentHelp("The rate that is held against the counts.", valueName: "p"))
    var null: Probability

    @Option(help: ArgumentHelp("The rate that would be true otherwise.", valueName: "p"))
    var alternative: Probability?

    @Option(help: "Whether the hypothesis is a rate of at most, or at least, --null.")
    var hypothesis = EValue.Hypothesis.atMost

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        let proportion = try counts.proportion()
        let evidence =
            alternative.map {
                EValue.estimateLikelihoodRatio(proportion, null: null, alternative: $0)
            } ?? EValue.estimateMixture(proportion, against: hypothesis, rate: null)
        guard let level = Probability(1 - counts.confidence.share) else {
            throw Failure.usage("--confidence is too near to 1")
        }
        guard !json else {
            var object = evidence.members(at: level)
            object["successes"] = .integer(Int64(counts.successes))
            object["trials"] = .integer(Int64(counts.trials))
            object["null"] = .number(null.share)
            object["alternative"] = alternative.map { .number($0.share) }
            if alternative == nil { object["hypothesis"] = .string(hypothesis.rawValue) }
            return printJSON(.object(object))
        }
        print(evidence.sentence(at: level))
    }
}

struct EstimateCombinedEValueCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "combined-e-value",
        abstract: "One e-value out of several about the same hypothesis.",
        discussion: """
            The product is for evidence that is independent, the mean for any other.

              standstill estimate combined-e-value --values 8,2.5 --by product
            """)

    @Option(help: ArgumentHelp("The e-values, or @FILE with them.", valueName: "numbers"))
    var values: WordList

    @Option(help: "How they are put together.")
    var by: EValue.Combination

    @Option(help: "The chance of an error that is allowed.")
    var level = Probability(0.05) ?? .oneHalf

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        let numbers = try values.numbers()
        let evidence = try estimating { () throws(UnusableSample) in
            var list: [EValue] = []
            for number in numbers { list.append(try EValue(number)) }
            return try EValue.estimateCombined(list, by: by)
        }
        guard !json else {
            var object = evidence.members(at: level)
            object["by"] = .string(by.rawValue)
            return printJSON(.object(object))
        }
        print(evidence.sentence(at: level))
    }
}

extension EValue {
    fileprivate func members(at level: Probability) -> JSONObject {
        [
            "value": .number(value), "log-value": .number(logarithm), "p-value": .number(pValue),
            "level": .number(level.share), "rejects": .bool(rejects(at: level)),
        ]
    }

    fileprivate func sentence(at level: Probability) -> String {
        let size = value.isFinite ? value.sentence : "e^\(logarithm.sentence)"
        let verdict = rejects(at: level) ? "rejected" : "not rejected"
        return "\(size): \(verdict) at \(level.share.sentence)"
    }
}
