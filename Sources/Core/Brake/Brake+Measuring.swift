// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

extension TriggerLaw {
    init(_ agreement: Agreement, roster: Roster) {
        let signers = roster.parties.map { party in
            let isEvaluator = party.roles.contains(.evaluator) || party.roles.contains(.auditor)
            return Signer(
                name: party.name,
                measures: party.roles.contains(.developer)
                    ? .ownModels : isEvaluator ? .anything : .nothing,
                judges: party.mayAttest)
        }
        self.init(
            indicators: agreement.indicators, claims: agreement.claims,
            triggers: agreement.triggers, signers: signers, groups: roster.nominationGroups,
            at: Time(milliseconds: 0))
    }
}

extension Roster {
    /// For each party the group within which nobody is independent of anybody: a party, whom it
    /// nominated, and whom those nominated.
    fileprivate var nominationGroups: [Int] {
        var groups = Array(parties.indices)
        for (place, party) in parties.enumerated() {
            guard let nominator = party.nominatedBy.flatMap({ self.place(of: $0) }) else {
                continue
            }
            let (own, other) = (groups[place], groups[nominator])
            for index in groups.indices where groups[index] == max(own, other) {
                groups[index] = min(own, other)
            }
        }
        return groups
    }
}

extension Brake {
    mutating func measure(
        _ value: MeasuredValue, by signer: Int, at index: LogIndex
    ) -> NoEffect.Reason? {
        guard let topic = law.topic(ofIndicator: value.indicator) else {
            preconditionFailure("admission refuses unknown indicators")
        }
        if let reason = reasonAgainst(value.subject, value.modelDigest, by: signer) {
            return reason
        }
        let known = place(of: value.subject).map { EvidenceSlot(topic: topic, subject: $0) }
        if let corrected = value.corrects,
            let reason = reasonAgainstCorrecting(corrected, in: known, by: signer)
        {
            return reason
        }
        let content = Evidence.Content.measured(value)
        return put(content, topic, value.subject, value.modelDigest, by: signer, at: index) {
            brake, slot in
            let revision = Revision(entry: index, received: brake.clock, value: value)
            if let old = brake.revisions.add(revision, by: signer, in: slot) {
                brake.evaluations.comments[old] = nil
            }
            return value.corrects != nil
        }
    }

    mutating func judge(
        _ judgement: Judgement, by signer: Int, at index: LogIndex
    ) -> NoEffect.Reason? {
        guard let topic = law.topic(ofClaim: judgement.claim) else {
            preconditionFailure("admission refuses unknown claims")
        }
        if let reason = reasonAgainst(judgement.subject, judgement.modelDigest, by: signer) {
            return reason
        }
        let content = Evidence.Content.judged(judgement)
        return put(
            content, topic, judgement.subject, judgement.modelDigest, by: signer, at: index
        ) { brake, slot in
            if let old = brake.law.evidence.newest(in: slot, by: signer) {
                brake.evaluations.comments[old.entry] = nil
            }
            return false
        }
    }

    /// - Parameter record: keeps it, and says whether it is a correction.
    private mutating func put(
        _ content: Evidence.Content, _ topic: Int, _ about: Subject, _ digest: Digest?,
        by signer: Int, at index: LogIndex, record: (inout Brake, EvidenceSlot) -> Bool
    ) -> NoEffect.Reason? {
        // A subject that nobody knows has no evidence: any free place of its own will do.
        let asked = place(of: about) ?? .model(models.models.count)
        let reason = law.reasonAgainst(
            content, in: EvidenceSlot(topic: topic, subject: asked), by: signer, at: clock,
            skew: agreement.log.skew)
        if let reason { return reason }
        // From here on nothing may stand against it but the checkpoint, which is looked at first.
        if case .model(let name) = about, let reason = note(name, digest: digest, at: index) {
            return reason
        }
        guard let subject = place(of: about) else {
            preconditionFailure("a model that was reported on is known")
        }
        let slot = EvidenceSlot(topic: topic, subject: subject)
        let isCorrection = record(&self, slot)
        let item = Evidence(signer: signer, entry: index, received: clock, content: content)
        weigh { $0.put(item, in: slot, isCorrection: isCorrection, at: $1) }
        return nil
    }

    /// A developer measures models of its own; everybody measures the checkpoint that is known.
    private func reasonAgainst(
        _ subject: Subject, _ digest: Digest?, by signer: Int
    ) -> NoEffect.Reason? {
        guard case .model(let name) = subject else { return nil }
        let isDeveloper = roster.parties[signer].roles.contains(.developer)
        guard let place = models.place(of: name) else {
            return isDeveloper ? .unregisteredModel(model: name) : nil
        }
        let known = models[place]
        if isDeveloper, known.developer != signer {
            return known.developer.map {
                .modelOfAnother(model: name, developer: roster.parties[$0].name)
            } ?? .unregisteredModel(model: name)
        }
        if let digest, let own = known.digest, digest != own {
            return .notTheRegisteredCheckpoint(model: name)
        }
        return nil
    }

    /// Only the signer's own newest in the same place can be corrected: what a newer one took the
    /// place of has no effect any more.
    private func reasonAgainstCorrecting(
        _ entry: LogIndex, in slot: EvidenceSlot?, by signer: Int
    ) -> NoEffect.Reason? {
        guard let slot, let place = revisions.place(of: entry), place.slot == slot,
            place.signer == signer
        else { return .notOwnMeasurement(entry: entry) }
        guard let newest = law.evidence.newest(in: slot, by: signer), newest.entry != entry else {
            return nil
        }
        let early = law.evidence.newest(in: slot, by: signer, preliminary: true)
        return early?.entry == entry ? nil : .newerLogged(entry: newest.entry)
    }

    /// Nil for a model that nobody registered or reported on.
    func place(of subject: Subject) -> SubjectPlace? {
        switch subject {
        case .frontier: .frontier
        case .model(let name): models.place(of: name).map { .model($0) }
        }
    }

    func subject(at place: SubjectPlace) -> Subject {
        switch place {
        case .frontier: .frontier
        case .model(let model): .model(models[model].name)
        }
    }
}
