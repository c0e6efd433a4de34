// SPDX-License-Identifier: Apache-2.0
import Measurement
import TransparencyLog

extension InspectResult {
    /// Recomputes a log's result from its samples and says whether it may count.
    ///
    /// What the log states itself must be what its samples give; a difference is a refusal, as are
    /// errors, missing, unscored, edited and invalidated samples and a run that did not end well.
    ///
    /// - Throws: ``UnfitSelection`` where the log has no such score, reducer or cluster key.
    ///
    /// Source: Inspect AI, `_eval/task/results.py` and `scorer/_metrics`; Miller 2024, arXiv
    /// 2411.00640.
    public static func estimate(
        _ log: InspectLog, _ selection: InspectSelection = InspectSelection()
    ) throws -> InspectResult {
        let audit = InspectAudit(log)
        guard let stated = try log.statedScore(selection) else {
            let isRefused = !audit.remarks.refusals.isEmpty
            let reason = isRefused ? [] : [ImportRemark(.noResult, "the log states no scores")]
            return InspectResult(
                scorer: selection.scorer ?? "", reducer: selection.reducer ?? "", value: nil, n: 0,
                standardError: nil, clusteredStandardError: nil, clusters: nil, interval: nil,
                clusteredInterval: nil, counts: audit.counts,
                remarks: audit.remarks + reason)
        }
        // A log that names its clusters itself is not taken for one of independent questions.
        var cluster = selection.cluster ?? stated.clusterKeys.first
        var questions = Questions(log, stated, cluster: cluster)
        if let id = questions.withoutCluster {
            guard selection.cluster == nil else {
                throw UnfitSelection(
                    "sample \(InspectAudit.line(id)) has no such metadata to cluster by",
                    hint: "the metadata of its samples must hold the key given with --cluster")
            }
            cluster = nil
            questions = Questions(log, stated, cluster: nil)
        }
        questions.compareReductions(of: log, stated)
        return try result(of: questions, stated, audit, cluster: cluster, log)
    }

    private static func result(
        of questions: Questions, _ stated: StatedScore, _ audit: InspectAudit, cluster: String?,
        _ log: InspectLog
    ) throws -> InspectResult {
        let sample = questions.values.isEmpty ? nil : try ScoreSample(questions.values)
        let spread = sample.map { SampleSpread($0) }
        let clustered = sample.flatMap { sample in
            cluster.map { SampleSpread(sample, clusters: questions.clusters, key: $0) }
        }
        var counts = audit.counts
        counts.unscored = questions.unscored
        counts.edited = questions.edited
        var result = InspectResult(
            scorer: stated.name, reducer: stated.reducerName, value: sample?.mean,
            n: questions.values.count, standardError: sample?.standardError,
            clusteredStandardError: clustered?.error,
            clusters: clustered.map { _ in Set(questions.clusters).count },
            interval: spread?.bounds,
            clusteredInterval: clustered?.bounds, counts: counts,
            remarks: audit.remarks + questions.remarks)
        result.compare(with: stated, cluster: cluster)
        result.compareInterval(of: sample, with: stated)
        // What stands in the way of the one interval mostly does so for the other, too.
        result.remarks += (clustered ?? spread)?.remarks ?? []
        result.addSelectionWarnings(log, stated, cluster: cluster)
        return result
    }

    private mutating func compare(with stated: StatedScore, cluster: String?) {
        guard let value else {
            if remarks.refusals.isEmpty {
                remarks.add(.unscoredSamples, "no sample was scored")
            }
            return
        }
        if stated.unscored > 0, counts.unscored == 0 {
            remarks.add(.unscoredSamples, "the log counts \(stated.unscored) unscored samples")
        }
        if let mean = stated.mean {
            if !mean.isClose(to: value) {
                remarks.add(
                    .statedValueDiffers, "the log states \(mean), and its samples give \(value)")
            }
        } else {
            remarks.add(
                .nothingConfirms,
                "the log states neither accuracy nor mean, so nothing confirms the value")
        }
        // Inspect writes 0 where a single question allows no standard error.
        if let stderr = stated.standardError(cluster: nil), let standardError,
            !stderr.isClose(to: standardError)
        {
            remarks.add(
                .statedErrorDiffers,
                "the log states a standard error of \(stderr), "
                    + "and its samples give \(standardError)")
        }
        if let cluster, let stderr = stated.standardError(cluster: cluster),
            let own = clusteredStandardError, !stderr.isClose(to: own)
        {
            remarks.add(
                .statedErrorDiffers,
                "the log states a clustered standard error of \(stderr), "
                    + "and its samples give \(own)")
        }
    }

    /// Only a warning, since a log does not say by which method and level its interval was made.
    private mutating func compareInterval(of sample: ScoreSample?, with stated: StatedScore) {
        guard let sample, let standardError, let lower = stated.intervalEnd("lower"),
            let upper = stated.intervalEnd("upper"),
            let own = try? sample.estimateInterval(
                standardError: standardError, degreesOfFreedom: sample.count - 1)
        else { return }
        if !lower.isClose(to: own.lower) || !upper.isClose(to: own.upper) {
            remarks.add(
                .statedIntervalDiffers,
                "the log states the interval \(lower) to \(upper), which Student's t is not")
        }
    }

    private mutating func addSelectionWarnings(
        _ log: InspectLog, _ stated: StatedScore, cluster: String?
    ) {
        let all = (log.results?["scores"]?.array ?? []).compactMap(StatedScore.init)
        let reducers = all.filter { $0.name == stated.name && $0.scorer == stated.scorer }
            .map(\.reducerName)
        if reducers.count > 1 {
            remarks.add(
                .severalReducers,
                "the log has several reducers: \(reducers.joined(separator: ", "))")
        }
        if cluster == nil, let key = stated.clusterKeys.first {
            remarks.add(
                .clustersIgnored,
                "the log also states a standard error clustered by \(InspectAudit.line(key))")
        }
    }
}

extension Double {
    /// Whether two ways of computing one figure agree, a few last digits apart.
    func isClose(to other: Double) -> Bool { abs(self - other) <= 1e-9 * max(1, abs(other)) }
}

/// The questions of a log, each with its reduced score.
private struct Questions {
    private(set) var values: [Double] = []
    private(set) var clusters: [String] = []
    private(set) var unscored = 0
    private(set) var edited = 0
    private(set) var remarks: [ImportRemark] = []
    /// A sample whose metadata does not hold the cluster key.
    private(set) var withoutCluster: String?
    private var ids: [String] = []

    init(_ log: InspectLog, _ stated: StatedScore, cluster: String?) {
        if log.origin == .nowhere {
            takeReductions(of: log, stated)
            if cluster != nil { withoutCluster = ids.first }
            return
        }
        guard let reducer = EpochReducer(stated.reducerName) else {
            remarks.add(
                .unrepeatableReducer,
                "the reducer \(InspectAudit.line(stated.reducerName)) cannot be repeated here")
            return
        }
        var order: [String] = []
        var attempts: [String: [InspectLog.Sample]] = [:]
        for sample in log.samples {
            if attempts[sample.id] == nil { order.append(sample.id) }
            attempts[sample.id, default: []].append(sample)
        }
        for id in order {
            let samples = (attempts[id] ?? []).sorted { $0.epoch < $1.epoch }
            let scores = samples.compactMap { number(of: $0, stated) }
            guard let value = reducer.reduce(scores) else { continue }
            ids.append(id)
            values.append(value)
            if let cluster {
                let name = samples.first.flatMap { SampleCollector.text($0.metadata[cluster]) }
                if name == nil { withoutCluster = withoutCluster ?? id }
                clusters.append(name ?? "")
            }
        }
        if unscored > 0 {
            remarks.add(
                .unscoredSamples, "\(unscored) of \(log.samples.count) samples have no score")
        }
        if edited > 0 {
            remarks.add(.editedScores, "\(edited) scores were edited after the scorer gave them")
        }
    }

    private mutating func number(of sample: InspectLog.Sample, _ stated: StatedScore) -> Double? {
        guard let score = sample.scores[stated.scorer] ?? sample.scores[stated.name] else {
            unscored += 1
            return nil
        }
        if score.isEdited { edited += 1 }
        switch InspectScore(score.value, named: stated.name) {
        case .number(let number): return number
        case .unscored:
            unscored += 1
            return nil
        case .unreadable(let text):
            if remarks.contains(where: { $0.rule == .unreadableScores }) { return 0 }
            remarks.add(
                .unreadableScores,
                "the score of sample \(InspectAudit.line(sample.id)) is no number: "
                    + InspectAudit.line(text))
            return 0
        }
    }

    /// All that a log without samples offers: the scores already reduced.
    private mutating func takeReductions(of log: InspectLog, _ stated: StatedScore) {
        for (id, value) in Self.reductions(of: log, stated) {
            guard case .number(let number) = InspectScore(value, named: stated.name) else {
                continue
            }
            ids.append(id)
            values.append(number)
        }
    }

    mutating func compareReductions(of log: InspectLog, _ stated: StatedScore) {
        guard log.origin != .nowhere else { return }
        let reduced = Dictionary(
            Self.reductions(of: log, stated), uniquingKeysWith: { first, _ in first })
        for (id, value) in zip(ids, values) {
            guard let json = reduced[id],
                case .number(let number) = InspectScore(json, named: stated.name)
            else { continue }
            if !number.isClose(to: value) {
                remarks.add(
                    .statedValueDiffers,
                    "its reductions give \(number) for sample \(InspectAudit.line(id)), "
                        + "its samples \(value)")
                return
            }
        }
    }

    private static func reductions(of log: InspectLog, _ stated: StatedScore) -> [(String, JSON)] {
        let entry = log.reductions?.array?.first {
            $0["scorer"]?.string == stated.scorer
                && ($0["reducer"]?.string ?? "mean") == stated.reducerName
        }
        return (entry?["samples"]?.array ?? []).compactMap { sample in
            guard let id = SampleCollector.text(sample["sample_id"]), let value = sample["value"]
            else {
                return nil
            }
            return (id, value)
        }
    }
}
