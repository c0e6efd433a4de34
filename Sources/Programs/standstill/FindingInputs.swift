// SPDX-License-Identifier: Apache-2.0

import Brake
import Measurement
import PauseAgreement
import Roles
import Site
import TransparencyLog

/// What a finding rests on, as far as it is held.
struct FindingInputs {
    let finding: Finding
    let entries: [Entry]
    let replay: LogReplay
    let held: [LogIndex: Openings]

    init(
        _ finding: Finding, before index: LogIndex, entries: [Entry], replay: LogReplay,
        held: [LogIndex: Openings]
    ) {
        self.finding = finding
        // What came later cannot have been an input.
        self.entries = Array(entries.prefix(Int(index.value)))
        self.replay = replay
        self.held = held
    }

    func outcome() -> FindingCheck.Outcome {
        guard let index = finding.draw, let entry = entry(index),
            case .draw(let draw) = entry.statement.predicate
        else { return .notDerivable("its draw is no draw before it") }
        guard let answer = answer(to: index) else {
            return .notDerivable("the answer's openings are not held")
        }
        var periods: [InspectedPeriod] = []
        for index in finding.telemetry {
            guard let period = period(index, answer) else {
                return .notDerivable("entry \(index) is no telemetry before it")
            }
            guard period.sums != nil else {
                return .notDerivable("the openings of telemetry \(index) are not held")
            }
            periods.append(period)
        }
        let confidence = finding.couldHaveMissed.flatMap { Double($0.confidence.description) }
            .flatMap { Probability($0) }
        let inspection = SiteInspection(
            seed: draw.seed, count: Int(draw.count), devices: devices,
            stoppedSince: stoppedSince, covered: covered,
            confidence: confidence ?? .ninetyFivePercent)
        return .derived(inspection.reconcile(periods))
    }

    private func entry(_ index: LogIndex) -> Entry? {
        index.value < UInt64(entries.count) ? entries[Int(index.value)] : nil
    }

    private func isOfParty(_ entry: Entry) -> Bool {
        replay.summary(entry.index)?.signer == finding.party
    }

    /// The samples of the party's first answer to the draw, which closes it; nil where they are not
    /// held.
    private func answer(to draw: LogIndex) -> [JSON]? {
        let answer = entries.first { entry in
            guard case .answer(let answer) = entry.statement.predicate else { return false }
            return answer.draw == draw && isOfParty(entry)
        }
        return answer.flatMap { held[$0.index]?["samples"]?.array }
    }

    private func period(_ index: LogIndex, _ answer: [JSON]) -> InspectedPeriod? {
        guard let entry = entry(index), case .telemetry(let period) = entry.statement.predicate,
            isOfParty(entry), period.site == finding.site
        else { return nil }
        var opened: [Int: InspectedPeriod.OpenedLeaf] = [:]
        for record in answer where record["telemetry"]?.integer == Int64(index.value) {
            guard let leaf = record["leaf"]?.integer, let sample = record["sample"],
                let path = record["path"]?.array?.compactMap({
                    $0.string.flatMap { Digest(base64: $0) }
                }), path.count == record["path"]?.array?.count
            else { continue }
            opened[Int(leaf)] = InspectedPeriod.OpenedLeaf(sample: sample, path: path)
        }
        return InspectedPeriod(
            entry: index.value, from: period.from.milliseconds, to: period.to.milliseconds,
            root: period.root, events: period.events, emulated: period.emulated,
            sums: held[index].flatMap(sums), opened: opened)
    }

    private func sums(_ openings: Openings) -> InspectedPeriod.Sums? {
        guard let samples = openings["samples"]?.integer,
            let joules = openings["energy"]?.string.flatMap({ Double($0) }),
            let hours = openings["device-hours"]?.string.flatMap({ Double($0) }),
            let classes = openings["by-class"]?.object
        else { return nil }
        var byClass: [String: Double] = [:]
        for (name, value) in classes.members {
            byClass[name] = value.string.flatMap { Double($0) } ?? 0
        }
        return InspectedPeriod.Sums(
            samples: Int(samples), joules: joules, deviceHours: hours, hoursByClass: byClass)
    }

    /// How many devices the site last declared; nil where that is not held.
    private var devices: Int? {
        let declaration = entries.last { entry in
            guard case .site(let site) = entry.statement.predicate else { return false }
            return site.site == finding.site && isOfParty(entry)
        }
        return declaration.flatMap { held[$0.index]?["devices"]?.integer }.map { Int($0) }
    }

    /// Since when the site says that it stands still; nil where it does not say so.
    private var stoppedSince: Int64? {
        for entry in entries.reversed() where isOfParty(entry) {
            if case .stop(let stop) = entry.statement.predicate, stop.site == finding.site {
                return stop.since.milliseconds
            }
        }
        return nil
    }

    /// What a pause stops.
    private var covered: Set<String> {
        let terms = replay.agreement.measures.first { $0.measure == .pause }
        return Set((terms?.activities ?? []).map(\.rawValue))
    }
}
