// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Measurement
import TransparencyLog

struct EstimateConfidenceSequenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "confidence-sequence",
        abstract: "The interval of a success rate that holds at every look at once.",
        discussion: """
            Over all looks together it misses the rate with at most the stated chance, so it may \
            be watched after every report. It is wider than an interval for one look.

              standstill estimate confidence-sequence --successes 20 --trials 24 --confidence 0.95
            """)

    @OptionGroup var counts: CountOptions

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        let proportion = try counts.proportion()
        let interval = ConfidenceSequence.estimateInterval(
            proportion, confidence: counts.confidence)
        guard !json else { return printJSON(.object(counts.members(proportion, interval))) }
        print(
            "\(proportion.share.sentence) (\(interval.sentence), at every look)"
        )
    }
}
