// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
import TransparencyLog

/// What one entry led to: the law just before it against the law just after.
///
/// Deadlines that ran out before the entry came are no consequence of it, and are folded first.
public struct Consequences: Hashable, Sendable {
    /// One thing that is otherwise than it was.
    public struct Change: Hashable, Sendable {
        public enum Kind: String, Hashable, Sendable, CaseIterable {
            case entryIntoForce = "entry-into-force"
            case brake, measure, cause, question, trigger, party, model, measurement, judgement
            case access, comment
            case site, mitigation, milestone
            case selfReport = "self-report"
        }

        public let kind: Kind
        /// Its name within its kind: `q5`, `c7`, `lab-a`, `high-score on model:fiction-1`.
        public let about: String
        /// What happened to it, in one sentence without a full stop.
        public let sentence: String
        /// The article behind it, where one is.
        public let clause: String?
    }

    public let entry: EntrySummary
    public let epochBefore: Int64
    public let epochAfter: Int64
    public let brakeBefore: BrakeState
    public let brakeAfter: BrakeState
    /// The brake first, then what it rests on, down to the measurement; each kind in the state's
    /// order. Empty for an entry without effect, and for one that only stands on the record.
    public let changes: [Change]

    /// What the entry opened: questions and causes that were not there before it.
    public let opened: [String]
}

extension Brake {
    /// What the next entry would change. Folds a copy.
    ///
    /// - Precondition: the entry is the next one.
    /// - Complexity: that of deriving the state twice.
    public func consequences(of entry: Entry) -> Consequences {
        var after = self
        after.advance(to: entry.received)
        let before = after.derivedState()
        let summary = after.fold(entry)
        let difference = StateDifference(before: before, after: after.derivedState())
        return Consequences(
            entry: summary, epochBefore: before.order.epoch, epochAfter: after.epoch,
            brakeBefore: before.brake, brakeAfter: difference.after.brake,
            changes: difference.changes(by: entry.index), opened: difference.opened)
    }
}

/// Two states of one log, the later one first asked about.
private struct StateDifference {
    let before: State
    let after: State

    func changes(by entry: LogIndex) -> [Consequences.Change] {
        force + brake + measures + causes + questions + triggers + parties + models
            + measurements(of: entry) + results(of: entry) + sites + mitigations + milestones
            + selfReports
    }

    var opened: [String] {
        let known = before.order.causes.map(\.id) + before.questions.map(\.id)
        return (after.order.causes.map(\.id) + after.questions.map(\.id))
            .filter { !known.contains($0) }
    }

    // MARK: - The order

    private var force: [Consequences.Change] {
        let (old, new) = (before.entryIntoForce, after.entryIntoForce)
        if !old.inForce, new.inForce {
            return [
                change(
                    .entryIntoForce, "agreement",
                    "the agreement enters into force, and binds \(listed(new.in))")
            ]
        }
        let missing = new.waitsFor.isEmpty ? "" : "; it still waits for \(listed(new.waitsFor))"
        guard old.waitsFor != new.waitsFor else { return [] }
        return [
            change(
                .entryIntoForce, "agreement", "entry into force comes nearer or goes away\(missing)"
            )
        ]
    }

    private var brake: [Consequences.Change] {
        guard before.brake != after.brake else { return [] }
        return [
            change(
                .brake, "brake",
                "\(after.sentence) (it was \(before.brake.rawValue) before)")
        ]
    }

    private var measures: [Consequences.Change] {
        compare(before.order.measures, after.order.measures, by: \.scope).map { old, new in
            let clause = new?.clause ?? old?.clause
            switch (old, new) {
            case (_, let new?):
                let causes = listed(new.causes)
                return change(
                    .measure, new.measure.rawValue,
                    "\(old == nil ? "" : "changed: ")\(new.sentence), because of \(causes)", clause)
            case (let old?, nil):
                return change(
                    .measure, old.measure.rawValue,
                    "the \(old.measure.rawValue) on \(listed(old.parties)) is in force no longer",
                    clause)
            case (nil, nil): preconditionFailure("one of the two is there")
            }
        }
    }

    private var causes: [Consequences.Change] {
        compare(before.order.causes, after.order.causes, by: \.id).map { old, new in
            guard let new else {
                let old = old!
                return change(
                    .cause, old.id, "ended: nothing rests on it any longer", old.clause)
            }
            return change(
                .cause, new.id, (old == nil ? "begins: " : "changed: ") + new.sentence, new.clause)
        }
    }

    // MARK: - What it rests on

    private var questions: [Consequences.Change] {
        compare(before.questions, after.questions, by: \.id).compactMap { old, new in
            guard let new else { return nil }
            let what =
                switch (old?.status, new.status) {
                case (nil, .open): "opened: "
                case (nil, _): "opened and closed at once: "
                case (.open?, .open):
                    old?.yes == new.yes && old?.votes == new.votes ? "" : "votes: "
                default: "closed: "
                }
            // The sentence begins with the id, which stands before it already.
            let sentence = new.sentence.dropFirst(new.id.count + 2)
            return change(.question, new.id, what + sentence, new.clause)
        }
    }

    private var triggers: [Consequences.Change] {
        compare(before.triggers, after.triggers, by: { "\($0.trigger) on \($0.subject)" })
            .compactMap { old, new in
                guard let new, old?.phase != new.phase else { return nil }
                let was = old.map { ", where it read \($0.phase)" } ?? ""
                return change(
                    .trigger, "\(new.trigger) on \(new.subject)",
                    "reads \(new.phase)\(was): \(new.reason.text)", new.clause)
            }
    }

    private var parties: [Consequences.Change] {
        compare(before.parties, after.parties, by: \.name).compactMap { old, new in
            guard let new, old?.state != new.state || old?.reason != new.reason else { return nil }
            let was =
                old.map { $0.state == new.state ? "" : ", no longer \($0.state.rawValue)" } ?? ""
            let reason = new.reason.map { ": \($0)" } ?? ""
            return change(.party, new.name, "is \(new.state.rawValue)\(was)\(reason)")
        }
    }

    private var models: [Consequences.Change] {
        compare(before.models, after.models, by: { "\($0.name) \($0.digest.hex)" })
            .compactMap { old, new in
                guard let new else { return nil }
                let by = new.developer.isEmpty ? "nobody yet" : new.developer
                let released = new.released.map { ", released \($0)" } ?? ", not released"
                return change(
                    .model, new.name,
                    "\(old == nil ? "registered" : "changed"): \(new.digest.hex) of \(by)\(released)"
                )
            }
    }

    private func measurements(of entry: LogIndex) -> [Consequences.Change] {
        after.measurements.filter { $0.entry == entry }.map { held in
            let value = held.value
            return change(
                .measurement, value.indicator,
                "\(held.signer)'s newest\(value.stage == .preliminary ? " preliminary one" : "") on "
                    + "\(value.subject) is \(value.value) \(value.unit.rawValue)"
                    + (value.corrects.map { ", correcting entry \($0)" } ?? "")
            )
        }
    }

    /// Judgements, and what evaluators and developers say to each other.
    private func results(of entry: LogIndex) -> [Consequences.Change] {
        let judgements = after.judgements.filter { $0.entry == entry }.map { held in
            let judgement = held.judgement
            return change(
                .judgement, judgement.claim,
                "\(held.signer)'s newest on \(judgement.subject) is \(judgement.holds.rawValue)")
        }
        let access = compare(before.evaluations, after.evaluations, by: { "\($0.entry)" })
            .compactMap { _, new in
                new.map { change(.access, "\($0.evaluator) to \($0.model)", $0.sentence) }
            }
        let comments = after.comments.filter { $0.entry == entry }.map {
            change(.comment, "entry \($0.about)", "\($0.party) says: \($0.text)")
        }
        return judgements + access + comments
    }

    // MARK: - Sites and safety

    private var sites: [Consequences.Change] {
        compare(before.sites, after.sites, by: { "\($0.party)/\($0.site)" }).compactMap {
            old, new in
            guard let new else { return nil }
            return change(
                .site, "\(new.party)/\(new.site)", new.news(since: old), new.clause)
        }
    }

    private var mitigations: [Consequences.Change] {
        compare(before.mitigations, after.mitigations, by: { "\($0.entry)" }).compactMap {
            old, new in
            guard let new else { return nil }
            let passes = new.attestations.count { $0.verdict == .pass }
            return change(
                .mitigation, "\(new.entry)",
                old == nil
                    ? "of \(new.cause) by \(new.party), for others to attest"
                    : "of \(new.cause) by \(new.party): \(passes) of "
                        + "\(counted(new.attestations.count, "attestation")) say that it works")
        }
    }

    private var milestones: [Consequences.Change] {
        compare(before.milestones, after.milestones, by: \.name).compactMap { old, new in
            guard let new else { return nil }
            let passes = new.attestations.count { $0.verdict == .pass }
            return change(
                .milestone, new.name,
                "\(new.reached ? "reached" : "not reached"): \(passes) of \(new.attesters) needed "
                    + "attest it", new.clause)
        }
    }

    private var selfReports: [Consequences.Change] {
        after.selfReports.dropFirst(before.selfReports.count).map { report in
            change(
                .selfReport, report.party,
                "said so itself" + (report.site.map { ", of its site \($0)" } ?? "")
                    + ": \(report.what)")
        }
    }

    private func change(
        _ kind: Consequences.Change.Kind, _ about: String, _ sentence: String,
        _ clause: String? = nil
    ) -> Consequences.Change {
        Consequences.Change(kind: kind, about: about, sentence: sentence, clause: clause)
    }
}

/// Pairs of what was and what is, for what is not the same: what is first, in its order, then what
/// is no more.
private func compare<Value: Equatable>(
    _ before: [Value], _ after: [Value], by name: (Value) -> String
) -> [(old: Value?, new: Value?)] {
    var old: [String: Value] = [:]
    for value in before { old[name(value)] = value }
    let names = Set(after.map(name))
    let present = after.compactMap { value -> (old: Value?, new: Value?)? in
        let was = old[name(value)]
        return was == value ? nil : (was, value)
    }
    return present + before.filter { !names.contains(name($0)) }.map { (old: $0, new: nil) }
}

extension MeasureInForce {
    /// What tells it from others in one order: its rung, and the models it is about.
    fileprivate var scope: String {
        let about = models.map { $0.map(\.hex).joined(separator: " ") + parties.joined() } ?? "all"
        return "\(measure.rawValue) \(about)"
    }
}

extension TriggerStanding {
    /// The verdict, and whether time is still to make something of it.
    fileprivate var phase: String {
        if pending != nil { return "\(verdict.rawValue), while its condition holds" }
        return keptUntil == nil ? verdict.rawValue : "\(verdict.rawValue) still"
    }
}

extension SiteStanding {
    /// What is otherwise than it was, in one sentence.
    fileprivate func news(since old: SiteStanding?) -> String {
        var news: [String] = []
        if old == nil { news.append(emulated ? "declared, as emulated" : "declared") }
        if let stop, stop != old?.stop { news.append("its stop is declared since \(stop.since)") }
        if let covered, covered != old?.covered {
            news.append("telemetry covers \(covered.from) to \(covered.to) without a gap")
        }
        let known = old?.events.count ?? 0
        if events != old?.events ?? [] {
            news += events.dropFirst(min(known, events.count - 1)).map {
                "\($0.name): \($0.effect)"
            }
        }
        for draw in draws where old?.draws.contains(draw) != true {
            news.append("\(draw.auditor) asks for samples, to be opened by \(draw.due)")
        }
        for draw in old?.draws ?? [] where !draws.contains(where: { $0.entry == draw.entry }) {
            news.append("the samples drawn in entry \(draw.entry) are waited for no longer")
        }
        for finding in findings where old?.findings.contains(finding) != true {
            news.append(
                "\(finding.auditor) found correctness \(finding.correctness.rawValue), completeness "
                    + "\(finding.completeness.rawValue), \(finding.inTime ? "in time" : "not in time")"
            )
        }
        if let old, old.reason != reason { news.append("as to its stop now: \(reason)") }
        return news.isEmpty ? "its evidence is otherwise than it was" : news.joined(separator: "; ")
    }
}
