// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Measurement
import TransparencyLog

struct EstimateProportionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proportion",
        abstract: "The interval of a success rate, for a number of trials fixed beforehand.",
        discussion: """
            Whoever looks after every trial and stops when it suits needs `estimate \
            confidence-sequence`.

              standstill estimate proportion --successes 20 --trials 24 --method clopper-pearson
            """)

    @OptionGroup var counts: CountOptions

    @Option(help: "How the interval is made.")
    var method = Proportion.Method.wilson

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        let proportion = try counts.proportion()
        let interval = proportion.estimateInterval(method, confidence: counts.confidence)
        guard !json else {
            var members = counts.members(proportion, interval)
            members["method"] = .string(method.rawValue)
            return printJSON(.object(members))
        }
        print(
            "\(proportion.share.sentence) (\(interval.sentence), \(method.rawValue))"
        )
    }
}
