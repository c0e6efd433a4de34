// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Measurement
import TransparencyLog

struct EstimateMeanBoundCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mean-bound",
        abstract: "How far a mean of scores may lie from the true one, whatever their law.",
        discussion: """
            `hoeffding` is for scores in a range and a number of them fixed beforehand; \
            `normal-mixture` holds at every look at once, and scores in [0, 1] do with variance \
            0.25. Give it --rho, or the number of scores --tuned-for.

              standstill estimate mean-bound --mean 0.7 --n 100 --method hoeffding
              standstill estimate mean-bound --mean 0.7 --n 100 --method normal-mixture --rho 25
            """)

    enum Method: String, CaseIterable, ExpressibleByArgument {
        case hoeffding
        case normalMixture = "normal-mixture"
    }

    @Option(
        parsing: .unconditional, help: ArgumentHelp("The mean of the scores.", valueName: "x"))
    var mean: Double

    @Option(
        name: .customLong("n"), help: ArgumentHelp("How many scores there are.", valueName: "n"))
    var count: Int

    @Option(help: "How the bound is made.")
    var method = Method.normalMixture

    @Option(help: "The width of the scores' range, for hoeffding.")
    var range = 1.0

    @Option(help: "The variance that their tails do not exceed, for normal-mixture.")
    var variance = 0.25

    @Option(help: ArgumentHelp("The mixture's parameter.", valueName: "x"))
    var rho: Double?

    @Option(
        help: ArgumentHelp(
            "At how many scores the mixture is to be tightest. (default: 100)", valueName: "n"))
    var tunedFor: Int?

    @Option(help: "The confidence of the interval.")
    var confidence = Probability.ninetyFivePercent

    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws {
        guard mean.isFinite else { throw ValidationError("--mean is a number") }
        guard rho == nil || tunedFor == nil else {
            throw ValidationError("give either --rho or --tuned-for")
        }
        guard method == .normalMixture || (rho == nil && tunedFor == nil) else {
            throw ValidationError("--rho and --tuned-for are for normal-mixture")
        }
    }

    func run() throws {
        let (bound, half) = try estimating { () throws(UnusableSample) in
            let bound = try chosenBound()
            return (bound, try bound.estimateHalfWidth(count: count, confidence: confidence))
        }
        let interval = Interval(lower: mean - half, upper: mean + half)
        guard !json else {
            var object: JSONObject = [
                "value": .number(mean), "n": .integer(Int64(count)), "half-width": .number(half),
                "interval": .interval(interval), "confidence": .number(confidence.share),
                "method": .string(method.rawValue),
            ]
            if case .normalMixture(_, let rho) = bound { object["rho"] = .number(rho) }
            return printJSON(.object(object))
        }
        print("\(mean.sentence) (\(interval.sentence), \(method.rawValue))")
    }

    private func chosenBound() throws(UnusableSample) -> MeanBound {
        if method == .hoeffding { return .hoeffding(range: range) }
        if let rho { return .normalMixture(variance: variance, rho: rho) }
        let tuned = try MeanBound.estimateRho(
            tunedFor: tunedFor ?? 100, variance: variance, confidence: confidence)
        return .normalMixture(variance: variance, rho: tuned)
    }
}
