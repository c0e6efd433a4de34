// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

// What comes into the evidence, grows old in it, and is taken out of it.

extension TriggerLaw {
    /// Why evidence would have no effect at this time; nil where it has one.
    func reasonAgainst(
        _ content: Evidence.Content, in slot: EvidenceSlot, by signer: Int, at time: Time,
        skew: TimeSpan
    ) -> NoEffect.Reason? {
        let item = Evidence(
            signer: signer, entry: LogIndex(0), received: time, content: content)
        guard item.made <= time + skew else {
            return .madeInFuture(made: item.made, received: time, skew: skew)
        }
        let staleAfter = staleAfter(slot.topic)
        guard time <= item.made.later(by: staleAfter) else {
            return .staleOnArrival(made: item.made, staleAfter: staleAfter)
        }
        let final = evidence.newest(in: slot, by: signer)
        let early = evidence.newest(in: slot, by: signer, preliminary: true)
        // Nothing preliminary comes before a final result, nor after one that is as new.
        let before = item.isPreliminary ? [final, early] : [final]
        for held in before.compactMap(\.self) where item.made < held.made {
            return .newerLogged(entry: held.entry)
        }
        if item.isPreliminary, let final, item.made <= final.made {
            return .newerLogged(entry: final.entry)
        }
        return nil
    }

    /// Puts evidence in, in the place of the signer's older.
    ///
    /// - Precondition: nothing speaks against it.
    mutating func put(
        _ item: Evidence, in slot: EvidenceSlot, isCorrection: Bool = false, at time: Time
    ) {
        let groups = groups
        // One before it may have its event still to come, which then looks again.
        let isFirst = evidence.change(slot) {
            $0.put(item, groups: groups)
            return $0.awaitStale(item.signer, preliminary: item.isPreliminary)
        }
        if isFirst {
            ask(
                .stale(slot, signer: item.signer, preliminary: item.isPreliminary),
                at: item.made.later(by: staleAfter(slot.topic)))
        }
        if isEvaluation(item, of: slot.topic) {
            evidence.change(slot) { record in
                guard var schedule = record.schedule else { return }
                schedule.newest = max(schedule.newest ?? item.made, item.made)
                if time < schedule.due { schedule.missed = nil }
                record.schedule = schedule
            }
            arm(slot, at: time)
        }
        guard !item.isPreliminary else { return }
        let report = Report(
            signer: item.signer, topic: slot.topic, entry: item.entry, isCorrection: isCorrection)
        reevaluate(slot, after: report, at: time)
    }

    /// Evidence gets too old, unless newer took its place.
    mutating func expire(
        _ slot: EvidenceSlot, signer: Int, preliminary: Bool, at time: Time
    ) {
        evidence.change(slot) { $0.stopAwaiting(signer, preliminary: preliminary) }
        guard let place = evidence[slot]?.place(of: signer, preliminary: preliminary) else {
            return
        }
        let held = evidence.held(in: slot)[place]
        guard !held.stale else { return }
        let staleAt = held.made.later(by: staleAfter(slot.topic))
        if time < staleAt {
            _ = evidence.change(slot) { $0.awaitStale(signer, preliminary: preliminary) }
            ask(.stale(slot, signer: signer, preliminary: preliminary), at: staleAt)
            return
        }
        evidence.change(slot) { $0.change(place) { $0.stale = true } }
        if !preliminary { reevaluate(slot, at: time) }
    }

    /// The council found a measurement wrong: it counts no longer, and no older one comes back.
    mutating func withdraw(
        _ entry: LogIndex, in slot: EvidenceSlot, by question: String, at time: Time
    ) {
        guard let place = evidence.held(in: slot).firstIndex(where: { $0.entry == entry }) else {
            return
        }
        evidence.change(slot) { $0.change(place) { $0.withdrawn = question } }
        let counting = evidence.held(in: slot).filter { isEvaluation($0, of: slot.topic) }
        evidence.change(slot) { record in
            guard record.schedule != nil else { return }
            record.schedule?.newest = counting.map(\.made).max()
            // An older one may be due sooner than the event that waits.
            record.schedule?.isArmed = false
        }
        arm(slot, at: time)
        reevaluate(slot, at: time)
    }

    // MARK: - Missed evaluations

    /// From now on the subject has to be measured as often as indicators say.
    mutating func schedule(_ subject: SubjectPlace, at time: Time) {
        for (topic, indicator) in indicators.enumerated() {
            guard let every = indicator.every,
                (indicator.subject == .frontier) == (subject == .frontier)
            else { continue }
            let slot = EvidenceSlot(topic: topic, subject: subject)
            let held = evidence.held(in: slot).filter { isEvaluation($0, of: topic) }
            evidence.change(slot) {
                guard $0.schedule == nil else { return }
                $0.schedule = EvaluationSchedule(
                    base: time, every: every, newest: held.map(\.made).max())
            }
            arm(slot, at: time)
        }
    }

    /// Sees to it that a schedule has an event waiting, or is found missed now.
    private mutating func arm(_ slot: EvidenceSlot, at time: Time) {
        guard let schedule = evidence[slot]?.schedule, !schedule.isArmed else { return }
        guard time < schedule.due else {
            guard schedule.missed == nil else { return }
            evidence.change(slot) { $0.schedule?.missed = time }
            return
        }
        evidence.change(slot) {
            $0.schedule?.missed = nil
            $0.schedule?.isArmed = true
        }
        ask(.evaluationDue(slot), at: schedule.due)
    }

    mutating func findMissed(_ slot: EvidenceSlot, at time: Time) {
        evidence.change(slot) { $0.schedule?.isArmed = false }
        arm(slot, at: time)
        guard evidence[slot]?.schedule?.missed != nil else { return }
        reevaluate(slot, at: time)
    }

    /// Whether it is an evaluation by somebody whose evidence can count: by one who is asked, and
    /// with the assurance that the most demanding of the triggers needs.
    private func isEvaluation(_ item: Evidence, of topic: Int) -> Bool {
        guard topic < indicators.count, !item.isPreliminary, item.withdrawn == nil else {
            return false
        }
        let asking = triggers(asking: topic).map { rules[$0] }
        guard !asking.isEmpty else { return true }
        let name = signers[item.signer].name
        let isAsked = asking.contains { $0.from.isEmpty || $0.from.contains(name) }
        return isAsked && asking.allSatisfy { $0.assurance <= item.assurance }
    }

    /// What has to be measured, until when, and since when that was missed; sorted.
    var schedules: [(slot: EvidenceSlot, schedule: EvaluationSchedule)] {
        evidence.all.compactMap { slot, record in record.schedule.map { (slot, $0) } }
    }
}
