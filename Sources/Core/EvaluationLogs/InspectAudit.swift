// SPDX-License-Identifier: Apache-2.0
import TransparencyLog

/// What in an Inspect log speaks against counting it, before any score is looked at.
struct InspectAudit {
    private(set) var counts = InspectResult.Counts()
    private(set) var remarks: [ImportRemark] = []

    init(_ log: InspectLog) {
        auditRun(log)
        auditPlan(log)
        auditSamples(log.samples)
        if log.isFinished { auditCompleteness(log) }
    }

    private mutating func auditRun(_ log: InspectLog) {
        if !log.isFinished {
            remarks.add(.unfinishedRun, "the run did not finish: the log has no header")
        } else if log.status != "success" {
            let message = log.header["error"]?["message"]?.string.map { ": " + Self.line($0) } ?? ""
            remarks.add(.failedRun, "the run ended with status \(Self.line(log.status))\(message)")
        }
        if log.header["invalidated"]?.bool == true {
            remarks.add(.invalidatedRun, "the evaluator invalidated the log, or samples of it")
        }
        switch log.origin {
        case .samples: break
        case .summaries:
            remarks.add(
                .summariesOnly,
                "the log holds summaries in place of samples, which tell less of them")
        case .nowhere:
            remarks.add(
                .noSamples, "the log holds no samples, so errors and edits cannot be ruled out")
        }
    }

    private mutating func auditPlan(_ log: InspectLog) {
        let dataset = log.description("dataset")
        if let asked = dataset?["sample_ids"]?.array?.count, let all = dataset?["samples"]?.integer,
            asked < all
        {
            remarks.add(
                .partOfTheSet, "only \(asked) of the \(all) questions of the set were asked")
        }
        if !(log.header["config_updates"]?.array ?? []).isEmpty {
            remarks.add(.configurationChanged, "the configuration was changed during the run")
        }
        if !(log.header["log_updates"]?.array ?? []).isEmpty {
            remarks.add(.logChanged, "tags or metadata of the log were changed after the run")
        }
        let early = log.results?["early_stopping"] ?? .null
        if early != .null, !(early["early_stops"]?.array ?? []).isEmpty {
            remarks.add(.stoppedEarly, "samples were left out by early stopping")
        }
    }

    private mutating func auditSamples(_ samples: [InspectLog.Sample]) {
        counts.samples = samples.count
        func name(_ sample: InspectLog.Sample) -> String {
            "sample \(Self.line(sample.id)) in epoch \(sample.epoch)"
        }
        let errors = samples.filter { $0.error != nil }
        counts.errors = errors.count
        if let first = errors.first, let message = first.error {
            remarks.add(
                .sampleErrors,
                "\(Self.count(errors.count)) ended in an error, first \(name(first)): "
                    + Self.line(message))
        }
        let limited = samples.filter { $0.limit != nil }
        counts.limited = limited.count
        if let stopped = limited.first(where: { $0.limit == "operator" }) {
            remarks.add(.stoppedByPerson, "a person stopped \(name(stopped))")
        }
        if !limited.isEmpty {
            let kinds = Set(limited.compactMap(\.limit)).sorted().map(Self.line)
            remarks.add(
                .limitedSamples,
                "\(Self.count(limited.count)) ended at a limit: \(kinds.joined(separator: ", "))")
        }
        let invalidated = samples.filter(\.isInvalidated)
        counts.invalidated = invalidated.count
        if let first = invalidated.first {
            remarks.add(
                .invalidatedSamples,
                "\(Self.count(invalidated.count)) invalidated, first \(name(first))")
        }
        if let first = samples.first(where: \.hasFallback) {
            remarks.add(
                .anotherModel,
                "another model answered in place of the one named, in \(name(first))")
        }
        counts.retried = samples.count { $0.retries > 0 }
        if counts.retried > 0 {
            remarks.add(.retriedSamples, "\(Self.count(counts.retried)) tried again after errors")
        }
    }

    /// Every question that the log names must be there, once in every epoch, and no other.
    private mutating func auditCompleteness(_ log: InspectLog) {
        guard log.origin != .nowhere else { return }
        let epochs = Int(log.description("config")?["epochs"]?.integer ?? 1)
        var seen: Set<String> = []
        for sample in log.samples where !seen.insert("\(sample.epoch) \(sample.id)").inserted {
            remarks.add(
                .doubledSamples,
                "sample \(Self.line(sample.id)) in epoch \(sample.epoch) is there twice")
            return
        }
        if let ids = log.description("dataset")?["sample_ids"]?.array {
            let named = Set(ids.compactMap { SampleCollector.text($0) })
            let known = log.samples.count { named.contains($0.id) && $0.epoch <= epochs }
            // A forged number of epochs may be of any size.
            let (all, overflow) = named.count.multipliedReportingOverflow(by: max(1, epochs))
            let missing = overflow ? Int.max : all - known
            if missing > 0 {
                remarks.add(
                    .missingSamples, "\(Self.count(missing)) missing of those the log names")
            }
            let extra = log.samples.count - known
            if extra > 0 {
                remarks.add(.extraSamples, "\(Self.count(extra)) too many for what the log names")
            }
        }
        if let total = log.results?["total_samples"]?.integer,
            let completed = log.results?["completed_samples"]?.integer, completed < total
        {
            remarks.add(.missingSamples, "only \(completed) of \(total) samples were completed")
        }
    }

    private static func count(_ number: Int) -> String {
        number == 1 ? "1 sample" : "\(number) samples"
    }

    /// Foreign text on one line and not too long, since it goes into messages.
    static func line(_ text: String) -> String {
        let clean = String(
            text.unicodeScalars.prefix(200).map { $0.value < 32 ? " " : Character($0) })
        return clean.unicodeScalars.count < text.unicodeScalars.count ? clean + " …" : clean
    }
}
