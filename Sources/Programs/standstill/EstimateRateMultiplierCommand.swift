// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Measurement
import TransparencyLog

struct EstimateRateMultiplierCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rate-multiplier",
        abstract: "How many times as fast a quantity grows as it used to.",
        discussion: """
            Takes factors of growth over equal stretches of time: 81 times a year against 9 times \
            a year is twice the rate. What made it grow, the figure does not say.

              standstill estimate rate-multiplier --observed 81 --baseline 9
              standstill estimate rate-multiplier --observed 81 --observed-interval 60,110 \
                --baseline 9 --baseline-interval 7,12
            """)

    @Option(help: ArgumentHelp("The factor by which it grew.", valueName: "x"))
    var observed: Double

    @Option(help: ArgumentHelp("The factor by which it used to grow.", valueName: "x"))
    var baseline: Double

    @Option(help: ArgumentHelp("The interval of the former. (default: exact)", valueName: "a,b"))
    var observedInterval: EndPair?

    @Option(help: ArgumentHelp("The interval of the latter. (default: exact)", valueName: "a,b"))
    var baselineInterval: EndPair?

    @Option(help: "The confidence of the intervals given and of the one printed.")
    var confidence = Probability.ninetyFivePercent

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        let ratio = try estimating { () throws(UnusableSample) in
            try RateMultiplier.estimate(
                observed: observed, baseline: baseline,
                observedInterval: observedInterval?.interval,
                baselineInterval: baselineInterval?.interval, confidence: confidence)
        }
        let isExact = observedInterval == nil && baselineInterval == nil
        ratio.print(confidence: confidence, isExact: isExact, json: json)
    }
}

extension RatioEstimate {
    /// Prints a quotient with Fieller's interval and the delta method's.
    func print(confidence: Probability, isExact: Bool, json: Bool) {
        let interval = isExact ? nil : estimateFiellerInterval(confidence: confidence)
        let delta = isExact ? nil : estimateDeltaInterval(confidence: confidence)
        guard !json else {
            return printJSON([
                "value": .number(value), "interval": .interval(interval),
                "interval-delta": .interval(delta),
                "stderr": isExact ? .null : .number(standardError),
                "confidence": .number(confidence.share),
            ])
        }
        guard !isExact else { return Swift.print(value.sentence) }
        let ends = interval?.sentence ?? "no interval: the divisor is not told from zero"
        Swift.print("\(value.sentence) (\(ends))")
    }
}
