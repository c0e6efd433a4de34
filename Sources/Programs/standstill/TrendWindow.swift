// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import EvaluationLogs
import Measurement
import Site

/// Which of the published horizons a trend runs through.
struct TrendWindow: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The first day of release that counts. (default: all)", valueName: "date"))
    var since: CalendarDay?

    @Option(help: "Which of the published horizons: 0.5 or 0.8.")
    var reliability = Probability.oneHalf

    @Option(help: "Whether it runs through those that set a record in their time, or all.")
    var through = Trend.Selection.records

    @Option(
        help: ArgumentHelp(
            "The horizon beyond which the suite tells no more, such as 960; values above it are "
                + "left out. (default: none)",
            valueName: "minutes"))
    var ceiling: Double?

    func validate() throws {
        guard [0.5, 0.8].contains(reliability.share) else {
            throw ValidationError("--reliability is 0.5 or 0.8, not \(reliability.share)")
        }
        if let ceiling, !(ceiling > 0 && ceiling.isFinite) {
            throw ValidationError("--ceiling must be positive, not \(ceiling)")
        }
    }

    func values(_ headline: METRHeadline) -> [DatedValue] {
        headline.models.map { model in
            DatedValue(
                name: model.name, day: model.released,
                value: (reliability == .oneHalf ? model.p50 : model.p80).minutes)
        }
    }
}
