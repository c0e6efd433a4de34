// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Dashboard
import Measurement
import PauseAgreement
import TransparencyLog

struct PlotCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plot",
        abstract: "Draw an indicator over time: intervals, trend, thresholds, where it leads.",
        discussion: """
            Writes an SVG file that shows itself in light and dark, and the measurement behind each point \
            when it is pointed at. The trend's band, and the days between which it reaches a threshold, \
            are those of the line: how well the points fix it, not whether growth goes on.

              standstill plot horizon th1_1_headline.csv --since 2023-01-01 --threshold '40 h' --out h.svg
              standstill plot indicator horizon-50 --bundle pause.bundle --out horizon-50.svg
            """,
        subcommands: [PlotHorizonCommand.self, PlotIndicatorCommand.self])
}

/// Where a drawing goes, and how large it is.
struct PlotOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The file to write; - for standard output.", valueName: "file.svg"))
    var out = "-"

    @Flag(help: "Draw for a narrow screen.")
    var narrow = false

    @Option(help: "The confidence of the trend's band and of the days it leads to.")
    var confidence = Probability.ninetyFivePercent

    @Flag(help: "Print one JSON document; then a drawing is written only where --out names a file.")
    var json = false

    func show(_ chart: Chart) throws(Failure) {
        if !json || out != "-" {
            try OutputFile.write(
                Array(chart.file(narrow ? .narrow : .wide).markup.utf8), to: out)
        }
        if json {
            printJSON(chart.json)
        } else if out != "-" {
            print(chart.sentences.joined(separator: "\n"))
        }
    }
}

extension Chart.Threshold {
    /// Reads `40 h`, or `LABEL: 40 h`, in the unit of what is drawn.
    init(_ text: String, in unit: QuantityUnit) throws(Failure) {
        let parts = text.split(separator: ": ", maxSplits: 1)
        let written = parts.last.map(String.init) ?? ""
        guard let quantity = Quantity(written)?.converted(to: unit), quantity.value > .zero else {
            throw .usage("a threshold is a figure in \(unit.rawValue) or such, not '\(written)'")
        }
        self.init(figure: quantity.value, label: parts.count > 1 ? String(parts[0]) : "")
    }
}
