// SPDX-License-Identifier: Apache-2.0
import Measurement
import PauseAgreement

extension METRHeadline {
    /// The doubling time of the horizons that the recipe chooses; those above a ceiling are left
    /// out.
    public func trendFigure(_ recipe: Recipe) throws -> EvaluationFigure {
        let reliability = try recipe.number("reliability") ?? 0.5
        guard reliability == 0.5 || reliability == 0.8 else {
            throw UnfitSelection(
                "published horizons are for reliability 0.5 and 0.8, not \(reliability)", hint: "")
        }
        guard let through = Trend.Selection(rawValue: recipe["through"] ?? "records") else {
            throw UnfitSelection("a trend runs through records or all", hint: "")
        }
        let since = recipe["since"].flatMap { CalendarDay($0) }
        guard since != nil || recipe["since"] == nil else {
            throw UnfitSelection("since is no day such as 2023-01-01", hint: "")
        }
        let ceiling = try recipe.number("ceiling")
        let values = models.map { model in
            DatedValue(
                name: model.name, day: model.released,
                value: (reliability == 0.5 ? model.p50 : model.p80).minutes)
        }
        let trend = try Trend.estimate(
            values, since: since, selection: through, ceiling: ceiling, censoring: .drop)
        var figure = EvaluationFigure(
            value: trend.doublingTimeDays, unit: .days,
            suite: Set(models.map(\.suite)).sorted().map { "METR-Horizon-v\($0)" }
                .joined(separator: ", "),
            method: "least squares of log \(Int(reliability * 100)) % horizon on release date, "
                + (through == .records ? "record holders" : "all models")
                + (since.map { " since \($0)" } ?? "")
                + (ceiling.map {
                    ", without those above \(SignificantDigits.text(of: $0) ?? "") min"
                } ?? ""))
        switch recipe["interval"] ?? "student" {
        case "student":
            figure.interval = trend.estimateDoublingTimeInterval()
            figure.intervalMethod = "inverted t interval of the slope"
        case "selection" where through == .records:
            figure.interval = try Trend.estimateSelectionInterval(
                values, since: since, ceiling: ceiling)
            figure.intervalMethod =
                "bootstrap-t with the choice of record holders, 2000 draws, seed 42"
        default:
            throw UnfitSelection(
                "an interval is student or, of record holders, selection", hint: "")
        }
        figure.n = trend.points.count
        return figure
    }
}
