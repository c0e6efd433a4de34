// SPDX-License-Identifier: Apache-2.0
import Measurement
import PauseAgreement
import TransparencyLog

extension InspectSelection {
    /// What a recipe selects.
    public init(_ recipe: Recipe) {
        self.init(
            scorer: recipe["scorer"], reducer: recipe["reducer"], cluster: recipe["cluster"])
    }
}

extension InspectResult {
    /// The result as a measurement says it.
    public func figure(of log: InspectLog) -> EvaluationFigure {
        let task = log.description("task")?.string ?? "unnamed task"
        let version: String
        switch log.description("task_version") {
        case .string(let text): version = " " + text
        case .integer(let number): version = " \(number)"
        default: version = ""
        }
        var figure = EvaluationFigure(
            value: value, unit: .share, suite: task + version,
            method: "mean of \(scorer), epochs reduced by \(reducer), "
                + "recomputed from an Inspect log")
        // Where clusters are named, single questions are not taken for independent.
        let bounds = clusters == nil ? interval : clusteredInterval
        figure.interval = bounds?.interval
        figure.intervalMethod = bounds?.method ?? ""
        figure.standardError = clusters == nil ? standardError : clusteredStandardError
        figure.n = n
        figure.clusters = clusters
        figure.made = log.description("created")?.string.flatMap { Time(withOffset: $0) }
        figure.model = log.description("model")?.string
        figure.remarks = remarks
        return figure
    }
}
