// SPDX-License-Identifier: Apache-2.0
import EvaluationLogs
public import Measurement
public import TransparencyLog

/// An auditor's check of what a site opened, against what it had committed to.
///
/// A sample that was false when it was taken, and fits everything else, is not seen by opening it:
/// what a draw shows is that nothing was changed afterwards, and that what was said fits together.
public struct SiteInspection: Sendable {
    public let seed: Digest
    /// How many samples of each period were drawn.
    public let count: Int
    /// How many devices the site declared; nil where that was not opened.
    public let devices: Int?
    /// Since when the site says that nothing covered runs; nil where it does not say so.
    public let stoppedSince: Int64?
    /// Classes of work that a stop covers.
    public let covered: Set<String>
    /// What an idle device draws at most, in milliwatts.
    public let idleLimit: Int64
    public let confidence: Probability

    public init(
        seed: Digest, count: Int, devices: Int?, stoppedSince: Int64?, covered: Set<String>,
        idleLimit: Int64 = 250_000, confidence: Probability = .ninetyFivePercent
    ) {
        self.seed = seed
        self.count = count
        self.devices = devices
        self.stoppedSince = stoppedSince
        self.covered = covered
        self.idleLimit = idleLimit
        self.confidence = confidence
    }

    /// What came of it.
    public struct Outcome: Sendable {
        /// In the order of periods and leaves.
        public let objections: [Objection]
        /// Samples drawn, and those of them that lead to their root.
        public let drawn: Int
        public let holding: Int
        /// The smallest share of samples that, were it false, this draw would have shown with the
        /// confidence asked for; nil where too little was drawn or opened.
        public let shareShown: Double?
    }

    /// - Parameter periods: those that the draw names, in the order of the log.
    public func reconcile(_ periods: [InspectedPeriod]) -> Outcome {
        var objections: [Objection] = []
        var strata: [Inspection.Stratum] = []
        var (drawn, holding) = (0, 0)
        var seen: Set<String> = []
        for period in periods {
            guard let sums = period.sums else {
                objections.append(
                    Objection(
                        .correctnessUnknown, entry: period.entry,
                        "its sums were not opened, so nobody knows which samples were drawn"))
                objections.append(
                    Objection(
                        .completenessUnknown, entry: period.entry, "its sums were not opened"))
                continue
            }
            let indices = LeafDraw.sample(
                seed: seed, root: period.root, leaves: sums.samples, count: count)
            let samples = open(indices, of: period, sums, &objections)
            drawn += indices.count
            holding += samples.count
            seen.formUnion(samples.map(\.device))
            if let stratum = try? Inspection.Stratum(
                population: sums.samples, drawn: samples.count)
            {
                strata.append(stratum)
            }
            objections += compare(samples, with: sums, of: period)
            objections += counters(of: samples, with: sums, of: period)
            objections += weigh(sums, of: period)
            objections += events(of: period)
        }
        objections += continuity(periods) + declaredDevices(seen)
        let isWhole = strata.count == periods.count
        let inspection = isWhole ? try? Inspection(strata) : nil
        return Outcome(
            objections: objections, drawn: drawn, holding: holding,
            shareShown: inspection?.smallestShareShown(confidence: confidence))
    }

    // MARK: - Sample by sample

    /// The drawn samples that lead to the root.
    private func open(
        _ indices: [Int], of period: InspectedPeriod, _ sums: InspectedPeriod.Sums,
        _ objections: inout [Objection]
    ) -> [TelemetrySample] {
        var samples: [TelemetrySample] = []
        for index in indices {
            func object(_ sentence: String) {
                objections.append(
                    Objection(.correctnessFails, entry: period.entry, leaf: index, sentence))
            }
            guard let leaf = period.opened[index] else {
                object("was drawn and not opened; what is withheld counts as false")
                continue
            }
            do throws(ProofFailure) {
                try MerkleProof.verifyInclusion(
                    leaf: MerkleHash.leaf(leaf.sample.canonicalBytes),
                    index: LogIndex(UInt64(index)), size: TreeSize(UInt64(sums.samples)),
                    proof: leaf.path, root: period.root)
            } catch {
                object(
                    "is not the sample that was committed to: it does not lead to the root "
                        + "\(period.root.hex.prefix(12))…")
                continue
            }
            do throws(MalformedEvidence) {
                let sample = try TelemetrySample(
                    json: leaf.sample, file: "telemetry \(period.entry)", place: "leaf \(index)")
                samples.append(sample)
                for sentence in contradictions(in: sample, of: period) { object(sentence) }
                if isUnnamedWork(sample) {
                    objections.append(
                        Objection(
                            .correctnessUnknown, entry: period.entry, leaf: index,
                            "shows work that nobody named, after the stop"))
                }
            } catch {
                object("is no sample: \(error.reason)")
            }
        }
        return samples
    }

    /// What one sample says that cannot be, or must not be after a stop.
    private func contradictions(
        in sample: TelemetrySample, of period: InspectedPeriod
    ) -> [String] {
        var found: [String] = []
        if sample.emulated != period.emulated {
            found.append(
                sample.emulated
                    ? "is of an emulated device, which the statement does not say"
                    : "is of a real device, where the statement says that the site is emulated")
        }
        let isLate = !Set(sample.events).isDisjoint(with: [.late, .backDated, .clockBack])
        if sample.milliseconds > period.to + SampleRecorder.skew
            || (sample.milliseconds < period.from && !isLate)
        {
            found.append("bears a time outside of its period")
        }
        if sample.work == TelemetrySample.idle {
            if let busy = sample.busy, busy >= SampleReading.contradictsIdle {
                found.append("calls the device idle, which was busy \(busy) ‰ of the time")
            }
            if let power = sample.power, power > idleLimit {
                found.append(
                    "calls the device idle, which drew \(power / 1000) W; "
                        + "idle is \(idleLimit / 1000) W at most")
            }
        }
        if let stoppedSince, sample.milliseconds > stoppedSince, covered.contains(sample.work) {
            found.append("shows \(sample.work) after the stop")
        }
        return found
    }

    /// Whether a device did something after the stop of which nobody says what it was.
    private func isUnnamedWork(_ sample: TelemetrySample) -> Bool {
        guard let stoppedSince, sample.milliseconds > stoppedSince,
            sample.work == TelemetrySample.unlabelled
        else { return false }
        // Without a figure it cannot be told, either.
        let isBusy = sample.busy.map { $0 >= SampleReading.idleBelow }
        let isHot = sample.power.map { $0 > idleLimit }
        return isBusy ?? isHot ?? true || isHot == true
    }

    // MARK: - Sums

    /// Whether what was drawn can come from a period with these sums.
    private func compare(
        _ samples: [TelemetrySample], with sums: InspectedPeriod.Sums, of period: InspectedPeriod
    ) -> [Objection] {
        let total = sums.hoursByClass.keys.sorted().reduce(0) { $0 + sums.hoursByClass[$1]! }
        guard total > 0, !samples.isEmpty else { return [] }
        var objections: [Objection] = []
        let classes = Set(samples.map(\.work)).union(sums.hoursByClass.keys).sorted()
        for work in classes {
            let found = samples.count { $0.work == work }
            let declared = min(1, (sums.hoursByClass[work] ?? 0) / total)
            guard
                let proportion = try? Proportion(successes: found, trials: samples.count),
                let certainty = Probability(0.9999)
            else { continue }
            let interval = proportion.estimateInterval(.clopperPearson, confidence: certainty)
            // Classes change within a period, and hours are halved there.
            let slack = 0.02
            let isImpossible = declared == 0 && found > 0 && work != TelemetrySample.unseen
            guard
                isImpossible || declared < interval.lower - slack
                    || declared > interval.upper + slack
            else { continue }
            objections.append(
                Objection(
                    .correctnessFails, entry: period.entry,
                    "\(found) of \(samples.count) drawn samples are \(work), where the sums say "
                        + "\(percent(declared)) of the device-hours"))
        }
        return objections
    }

    /// Whether the energy counters that were drawn fit each other, and the sum of energy.
    private func counters(
        of samples: [TelemetrySample], with sums: InspectedPeriod.Sums, of period: InspectedPeriod
    ) -> [Objection] {
        // After a reset that the period names, counters cannot be compared.
        guard !period.events.contains(TelemetryEvent.counterReset.rawValue) else { return [] }
        func object(_ sentence: String) -> Objection {
            Objection(.correctnessFails, entry: period.entry, sentence)
        }
        var byDevice: [String: [(time: Int64, energy: Int64)]] = [:]
        for sample in samples {
            guard let energy = sample.energy else { continue }
            byDevice[sample.device, default: []].append((sample.milliseconds, energy))
        }
        var objections: [Objection] = []
        var grown = 0.0
        for device in byDevice.keys.sorted() {
            let counts = byDevice[device]!.sorted { $0 < $1 }
            for (before, after) in zip(counts, counts.dropFirst()) {
                if after.energy < before.energy {
                    objections.append(
                        object("the counter of \(device) goes back, and no event says why"))
                } else {
                    grown += Double(after.energy - before.energy) / 1000
                }
            }
        }
        // Sums are rounded to six digits.
        if objections.isEmpty, grown > sums.joules * 1.0001 {
            objections.append(
                object("the drawn samples alone account for more energy than its sums"))
        }
        return objections
    }

    /// Whether the sums fit each other, and the number of devices.
    private func weigh(
        _ sums: InspectedPeriod.Sums, of period: InspectedPeriod
    ) -> [Objection] {
        func object(_ weight: Objection.Weight, _ sentence: String) -> Objection {
            Objection(weight, entry: period.entry, sentence)
        }
        var objections: [Objection] = []
        let unseen = sums.hoursByClass[TelemetrySample.unseen] ?? 0
        let classes = sums.hoursByClass.keys.sorted().filter { $0 != TelemetrySample.unseen }
        let watched = classes.reduce(0) { $0 + sums.hoursByClass[$1]! }
        if abs(watched - sums.deviceHours) > 1e-4 * max(watched, sums.deviceHours) {
            objections.append(
                object(.correctnessFails, "the device-hours by class do not add up to their sum"))
        }
        let idle = sums.hoursByClass[TelemetrySample.idle] ?? 0
        let busy = max(0, sums.deviceHours - idle)
        let most =
            3600
            * (idle * Double(idleLimit) / 1000 + (busy + unseen) * Double(SampleRecorder.mostWatts))
        if sums.joules > most * 1.001 {
            let mean = sums.deviceHours > 0 ? sums.joules / sums.deviceHours / 3600 : 0
            objections.append(
                object(
                    .correctnessFails,
                    "the energy is more than that work can have used: \(whole(mean)) W a device "
                        + "on average, with \(percent(idle / max(watched, 1e-9))) idle"))
        } else if sums.deviceHours > 0, sums.joules <= 0 {
            objections.append(
                object(.completenessUnknown, "no energy was metered, so idle cannot be told"))
        }
        let stopped = stoppedSince.map { period.from >= $0 } ?? false
        for work in classes where stopped && covered.contains(work) && sums.hoursByClass[work]! > 0
        {
            objections.append(
                object(
                    .correctnessFails,
                    "its own sums say \(sums.hoursByClass[work]!) device-hours of \(work) after "
                        + "the stop"))
        }
        return objections + shown(sums, unseen, of: period)
    }

    /// Whether the hours shown are those of the devices declared.
    private func shown(
        _ sums: InspectedPeriod.Sums, _ unseen: Double, of period: InspectedPeriod
    ) -> [Objection] {
        guard let devices else { return [] }
        let expected = Double(devices) * period.hours
        if sums.deviceHours + unseen > expected * 1.02 {
            return [
                Objection(
                    .completenessFails, entry: period.entry,
                    "more device-hours than \(devices) declared devices have")
            ]
        }
        guard sums.deviceHours < expected * 0.98 else { return [] }
        return [
            Objection(
                .completenessUnknown, entry: period.entry,
                "\(percent(1 - sums.deviceHours / expected)) of the device-hours of \(devices) "
                    + "devices are not shown")
        ]
    }

    // MARK: - The whole

    private func events(of period: InspectedPeriod) -> [Objection] {
        period.events.map { name in
            guard let event = TelemetryEvent(rawValue: name) else {
                return Objection(
                    .completenessUnknown, entry: period.entry,
                    "an event that nobody here knows: \(name)")
            }
            let weight: Objection.Weight =
                switch event.effect {
                case .none: .note
                case .completenessUnknown: .completenessUnknown
                case .correctnessUnknown: .correctnessUnknown
                }
            return Objection(weight, entry: period.entry, "\(name): \(event.sentence)")
        }
    }

    private func continuity(_ periods: [InspectedPeriod]) -> [Objection] {
        zip(periods, periods.dropFirst()).compactMap { before, after in
            if before.to == after.from { return nil }
            let isGap = before.to < after.from
            let seconds = abs(after.from - before.to) / 1000
            return Objection(
                isGap ? .completenessUnknown : .correctnessFails, entry: after.entry,
                isGap
                    ? "begins \(seconds) s after the end of telemetry \(before.entry)"
                    : "begins \(seconds) s before the end of telemetry \(before.entry)")
        }
    }

    private func declaredDevices(_ seen: Set<String>) -> [Objection] {
        guard let devices else {
            return [Objection(.completenessUnknown, "how many devices were declared is not opened")]
        }
        guard seen.count > devices else { return [] }
        return [
            Objection(
                .completenessFails,
                "\(seen.count) devices stand in the drawn samples, \(devices) were declared")
        ]
    }

    private func percent(_ share: Double) -> String {
        "\(SignificantDigits.text(of: (share * 1000).rounded() / 10) ?? "0") %"
    }

    private func whole(_ value: Double) -> String {
        SignificantDigits.text(of: value.rounded()) ?? "?"
    }
}
