// SPDX-License-Identifier: Apache-2.0
import TransparencyLog

/// The figures that an Inspect log itself states for one scorer and one reducer.
///
/// Source: Inspect AI log format version 2, `EvalScore` and `EvalMetric`.
struct StatedScore {
    /// The scorer whose judgements are meant.
    let scorer: String
    /// The scorer's name, or the member of its values that this score is about.
    let name: String
    /// Nil where the attempts were not reduced by a named reducer, which means the mean.
    let reducer: String?
    let unscored: Int64
    let metrics: [Metric]

    struct Metric {
        let name: String
        let value: Double
        let parameters: JSONObject
        let group: String?
    }

    var reducerName: String { reducer ?? "mean" }

    init?(_ json: JSON) {
        guard let name = json["name"]?.string, let metrics = json["metrics"]?.object else {
            return nil
        }
        self.name = name
        scorer = json["scorer"]?.string ?? name
        reducer = json["reducer"]?.string
        unscored = json["unscored_samples"]?.integer ?? 0
        // The keys carry suffixes where a name comes twice; the names do not.
        self.metrics = metrics.members.compactMap { _, metric in
            guard let name = metric["name"]?.string, let value = metric["value"]?.double else {
                return nil
            }
            return Metric(
                name: name.split(separator: "/").last.map(String.init) ?? name, value: value,
                parameters: metric["params"]?.object ?? [:], group: metric["group"]?.string)
        }
    }

    /// The mean that the log states: `accuracy` and `mean` differ in name only.
    var mean: Double? {
        let means = metrics.filter {
            ($0.name == "accuracy" || $0.name == "mean") && $0.group == nil
        }
        return (means.first { $0.parameters.isEmpty } ?? means.first)?.value
    }

    /// The standard error for this cluster key, nil for independent questions.
    func standardError(cluster: String?) -> Double? {
        metrics.first { $0.name == "stderr" && $0.parameters["cluster"]?.string == cluster }?.value
    }

    /// The cluster keys by which the log states a standard error.
    var clusterKeys: [String] {
        metrics.filter { $0.name == "stderr" }.compactMap { $0.parameters["cluster"]?.string }
    }

    /// An end of the log's own 95 % interval for independent questions.
    func intervalEnd(_ name: String) -> Double? {
        metrics.first { $0.name == name && $0.group == "ci" && $0.parameters.isEmpty }?.value
    }
}

extension JSON {
    /// The number that this is, infinities and NaN included, nil for anything else.
    var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .decimal(let text): Double(text)
        default: nil
        }
    }
}

extension InspectLog {
    /// The score that the selection means, nil where the log states none at all.
    func statedScore(_ selection: InspectSelection) throws(UnfitSelection) -> StatedScore? {
        let all = (results?["scores"]?.array ?? []).compactMap(StatedScore.init)
        guard !all.isEmpty else { return nil }
        let headline = results?["headline"]
        var matching = all
        if let wanted = selection.scorer {
            matching = all.filter { $0.name == wanted || "\($0.scorer).\($0.name)" == wanted }
        } else if let score = headline?["score"]?.string {
            let scorer = headline?["scorer"]?.string
            matching = all.filter { $0.name == score && (scorer == nil || $0.scorer == scorer) }
        }
        let labels = Set(all.map { $0.name == $0.scorer ? $0.name : "\($0.scorer).\($0.name)" })
            .sorted()
        let hint = "name one with --scorer: \(labels.joined(separator: ", "))"
        guard let first = matching.first else {
            throw UnfitSelection("the log has no such score", hint: hint)
        }
        guard matching.allSatisfy({ $0.name == first.name && $0.scorer == first.scorer }) else {
            throw UnfitSelection("the log has several scores and no headline", hint: hint)
        }
        guard let wanted = selection.reducer ?? headline?["reducer"]?.string else { return first }
        guard let chosen = matching.first(where: { $0.reducerName == wanted }) else {
            let names = matching.map(\.reducerName).joined(separator: ", ")
            throw UnfitSelection("the log has no reducer \(wanted)", hint: "it has: \(names)")
        }
        return chosen
    }
}
