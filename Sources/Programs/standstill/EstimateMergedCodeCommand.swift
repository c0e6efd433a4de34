// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Measurement
import TransparencyLog

struct EstimateMergedCodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merged-code",
        abstract: "How many times as much code a unit of human work merges as in a base period.",
        discussion: """
            Effort is engineers × days, or whatever unit is the same in both periods. Counts of \
            several weeks or teams in both give an interval too. More code is not more progress: \
            take the figure for an upper bound.

              standstill estimate merged-code --code 8000,9500,7000 --effort 50,52,48 \
                --base-code 1000,1100,900 --base-effort 50,50,50
            """)

    @Option(help: ArgumentHelp("Code merged now, a week or team each.", valueName: "counts"))
    var code: WordList

    @Option(help: ArgumentHelp("The human effort of each.", valueName: "numbers"))
    var effort: WordList

    @Option(help: ArgumentHelp("Code merged in the base period, likewise.", valueName: "counts"))
    var baseCode: WordList

    @Option(help: ArgumentHelp("The human effort of each.", valueName: "numbers"))
    var baseEffort: WordList

    @Option(help: "The confidence of the interval.")
    var confidence = Probability.ninetyFivePercent

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        let (now, base) = (
            try counts(code, effort), try counts(baseCode, baseEffort)
        )
        let multiplier = try estimating { () throws(UnusableSample) in
            try MergedCodeMultiplier.estimate(now, base: base)
        }
        let interval = multiplier.estimateInterval(confidence: confidence)
        guard !json else {
            return printJSON([
                "value": .number(multiplier.value), "interval": .interval(interval),
                "log-stderr": .number(multiplier.logStandardError),
                "degrees-of-freedom": .number(multiplier.degreesOfFreedom),
                "rate": .number(multiplier.rate), "base-rate": .number(multiplier.baseRate),
                "confidence": .number(confidence.share),
            ])
        }
        print("\(multiplier.value.sentence) (\(interval?.sentence ?? "single counts, exact"))")
    }

    private func counts(_ code: WordList, _ effort: WordList) throws -> [CodeCount] {
        let (code, effort) = (try code.counts(), try effort.numbers())
        guard code.count == effort.count else {
            throw Failure.usage("\(code.count) counts of code and \(effort.count) of effort")
        }
        return try estimating { () throws(UnusableSample) in
            var counts: [CodeCount] = []
            for (code, effort) in zip(code, effort) {
                counts.append(try CodeCount(attributed: 0, total: code, effort: effort))
            }
            return counts
        }
    }
}
