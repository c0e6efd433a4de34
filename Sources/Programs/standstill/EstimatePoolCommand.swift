// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Measurement
import TransparencyLog

struct EstimatePoolCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pool",
        abstract: "Several evaluators' figures as one, by their standard errors.",
        discussion: """
            With two to five evaluators the variance between them is hardly known: for a trigger \
            prefer `estimate agreed-bounds`. Horizons are pooled with --logarithms; their errors \
            are then those of the logarithms, or are read off --intervals.

              standstill estimate pool --values 0.62,0.55,0.71 --errors 0.03,0.05,0.04
              standstill estimate pool --values 718.8,560,900 --errors 0.65,0.4,0.5 --logarithms
            """)

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The figures, or @FILE with them.", valueName: "numbers"))
    var values: WordList

    @Option(help: ArgumentHelp("Their standard errors, or @FILE.", valueName: "numbers"))
    var errors: WordList?

    @Option(
        help: ArgumentHelp(
            "Their 95 % intervals instead, low and high in turn; for --logarithms.",
            valueName: "numbers"))
    var intervals: WordList?

    @Flag(help: "Pool the logarithms of the figures, and print the figures.")
    var logarithms = false

    @Option(help: "Whether all measure the same figure, or each its own.")
    var model = PooledEstimate.Model.derSimonianLaird

    @Option(help: "The confidence of the interval.")
    var confidence = Probability.ninetyFivePercent

    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws {
        guard (errors == nil) != (intervals == nil) else {
            throw ValidationError("give either --errors or --intervals")
        }
        guard intervals == nil || logarithms else {
            throw ValidationError("--intervals are for --logarithms")
        }
    }

    func run() throws {
        let figures = try figures()
        let pooled = try estimating { () throws(UnusableSample) in
            try PooledEstimate.estimate(figures, model: model)
        }
        let interval = shown(pooled.estimateInterval(confidence: confidence))
        guard !json else { return printJSON(.object(members(pooled, interval))) }
        print("\(shown(pooled.value).sentence) (\(interval.sentence))")
        print(
            "\(pooled.count) figures, Q \(pooled.heterogeneity.sentence) "
                + "(p \(pooled.heterogeneityPValue.sentence)), "
                + "I² \(pooled.inconsistency.sentence), τ² \(pooled.betweenVariance.sentence)")
    }

    private func figures() throws -> [EstimateWithError] {
        let values = try values.numbers()
        let others = try (errors ?? intervals)?.numbers() ?? []
        let isPaired = intervals != nil
        guard others.count == values.count * (isPaired ? 2 : 1) else {
            throw Failure.usage(
                "\(values.count) figures and \(others.count) numbers for their errors",
                hint: isPaired ? "give two ends a figure" : "give one error a figure")
        }
        return try estimating { () throws(UnusableSample) in
            var figures: [EstimateWithError] = []
            for (place, value) in values.enumerated() {
                guard isPaired else {
                    figures.append(try figure(value, error: others[place]))
                    continue
                }
                let (low, high) = (others[2 * place], others[2 * place + 1])
                guard low <= high else { throw UnusableSample("an interval runs upwards") }
                figures.append(
                    try EstimateWithError.logarithm(
                        of: value, interval: Interval(lower: low, upper: high)))
            }
            return figures
        }
    }

    private func figure(_ value: Double, error: Double) throws(UnusableSample) -> EstimateWithError
    {
        logarithms
            ? try EstimateWithError.logarithm(of: value, standardError: error)
            : try EstimateWithError(value: value, standardError: error)
    }

    private func members(_ pooled: PooledEstimate, _ interval: Interval) -> JSONObject {
        let student = pooled.estimateHartungKnappInterval(confidence: confidence).map(shown)
        return [
            "model": .string(pooled.model.rawValue), "value": .number(shown(pooled.value)),
            "stderr": .number(pooled.standardError), "interval": .interval(interval),
            "interval-hartung-knapp": .interval(student),
            "confidence": .number(confidence.share), "n": .integer(Int64(pooled.count)),
            "q": .number(pooled.heterogeneity), "q-p-value": .number(pooled.heterogeneityPValue),
            "i-squared": .number(pooled.inconsistency),
            "tau-squared": .number(pooled.betweenVariance), "logarithms": .bool(logarithms),
        ]
    }

    private func shown(_ value: Double) -> Double {
        logarithms ? EstimateWithError.value(ofLogarithm: value) : value
    }

    private func shown(_ interval: Interval) -> Interval {
        Interval(lower: shown(interval.lower), upper: shown(interval.upper))
    }
}
