// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Measurement
import TransparencyLog

struct EstimateCensoredCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "censored",
        abstract: "What a figure says under the ceiling of its suite.",
        discussion: """
            Beyond the ceiling a figure says "at least" and no more: it can show that a threshold \
            below the ceiling is crossed, never that one above it is not.

              standstill estimate censored --value 1200 --interval 500,3600 --ceiling 960
            """)

    @Option(
        parsing: .unconditional, help: ArgumentHelp("The figure.", valueName: "x"))
    var value: Double

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Its interval.", valueName: "low,high"))
    var interval: EndPair?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("From which value on the suite tells no more.", valueName: "x"))
    var ceiling: Double

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        let estimate = try estimating { () throws(UnusableSample) in
            try CensoredEstimate.estimate(value, interval: interval?.interval, ceiling: ceiling)
        }
        guard !json else {
            return printJSON([
                "value": .number(estimate.value), "interval": .interval(estimate.interval),
                "ceiling": .number(ceiling), "at-least": .bool(estimate.isLowerBound),
            ])
        }
        let ends = estimate.interval.map { " (\($0.sentence))" } ?? ""
        print("\(estimate.isLowerBound ? "at least " : "")\(estimate.value.sentence)\(ends)")
    }
}
