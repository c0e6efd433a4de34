// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

/// A subject by its place, so that looking one up compares no text.
enum SubjectPlace: Hashable, Sendable {
    case frontier
    /// The model's place in the register.
    case model(Int)

    /// The frontier first, then models in the order of their entries.
    var rank: UInt64 {
        switch self {
        case .frontier: 0
        case .model(let place): UInt64(place) + 1
        }
    }
}

/// Where measurements of one indicator about one subject lie.
struct EvidenceSlot: Hashable, Sendable {
    /// The indicator's place in the agreement.
    let indicator: Int
    let subject: SubjectPlace
}

/// One signer's newest measurement in a slot.
struct Evidence: Sendable {
    let signer: Int
    let entry: LogIndex
    let value: MeasuredValue
    /// Set by its deadline, so that a verdict between two events cannot depend on who asks when.
    var stale = false
}

/// The newest measurement per indicator, subject and signer.
struct EvidenceBook: Sendable {
    private var slots: [EvidenceSlot: [Evidence]] = [:]

    /// The measurements in a slot, in the order of signers' names.
    subscript(slot: EvidenceSlot) -> [Evidence] { slots[slot] ?? [] }

    func newest(in slot: EvidenceSlot, by signer: Int) -> Evidence? {
        slots[slot]?.first { $0.signer == signer }
    }

    mutating func put(_ evidence: Evidence, in slot: EvidenceSlot) {
        var held = slots.removeValue(forKey: slot) ?? []
        let place = held.firstIndex { $0.signer >= evidence.signer } ?? held.count
        if place < held.count, held[place].signer == evidence.signer {
            held[place] = evidence
        } else {
            held.insert(evidence, at: place)
        }
        slots[slot] = held
    }

    /// All slots, sorted by indicator and subject.
    var all: [(slot: EvidenceSlot, evidence: [Evidence])] {
        slots.map { ($0.key, $0.value) }.sorted {
            ($0.0.indicator, $0.0.subject.rank) < ($1.0.indicator, $1.0.subject.rank)
        }
    }
}

extension Brake {
    mutating func measure(
        _ value: MeasuredValue, by signer: Int, at index: LogIndex
    ) -> NoEffect.Reason? {
        guard let place = board.place(ofIndicator: value.indicator) else {
            preconditionFailure("admission refuses unknown indicators")
        }
        let indicator = agreement.indicators[place]
        if let reason = reasonAgainst(value, by: signer) { return reason }
        guard value.made <= clock + agreement.log.skew else {
            return .madeInFuture(made: value.made, received: clock, skew: agreement.log.skew)
        }
        let staleAt = value.made.later(by: indicator.staleAfter)
        guard clock <= staleAt else {
            return .staleOnArrival(made: value.made, staleAfter: indicator.staleAfter)
        }
        let before = self.place(of: value.subject).flatMap { subject in
            evidence.newest(in: EvidenceSlot(indicator: place, subject: subject), by: signer)
        }
        if let before, value.made < before.value.made { return .newerLogged(entry: before.entry) }
        // From here on nothing may stand against it but the checkpoint, which is looked at first.
        if case .model(let name) = value.subject,
            let reason = note(name, digest: value.modelDigest, at: index)
        {
            return reason
        }
        guard let subject = self.place(of: value.subject) else {
            preconditionFailure("a measured model is known")
        }
        let slot = EvidenceSlot(indicator: place, subject: subject)
        evidence.put(Evidence(signer: signer, entry: index, value: value), in: slot)
        // A fresh one before it has its deadline still to come, which then looks again.
        if before?.stale ?? true {
            deadlines.insert(Deadline(time: staleAt, event: .stale(slot, signer: signer)))
        }
        reevaluate(slot, newEvidence: (index, signer))
        return nil
    }

    /// A developer measures models of its own; everybody measures the checkpoint that is known.
    private func reasonAgainst(_ value: MeasuredValue, by signer: Int) -> NoEffect.Reason? {
        guard case .model(let name) = value.subject else { return nil }
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
        if let digest = value.modelDigest, let own = known.digest, digest != own {
            return .notTheRegisteredCheckpoint(model: name)
        }
        return nil
    }

    /// A measurement gets too old, unless a newer one took its place.
    mutating func expire(_ slot: EvidenceSlot, signer: Int) {
        guard var held = evidence.newest(in: slot, by: signer), !held.stale else { return }
        let staleAfter = agreement.indicators[slot.indicator].staleAfter
        let staleAt = held.value.made.later(by: staleAfter)
        if clock < staleAt {
            deadlines.insert(Deadline(time: staleAt, event: .stale(slot, signer: signer)))
            return
        }
        held.stale = true
        evidence.put(held, in: slot)
        reevaluate(slot, newEvidence: nil)
    }

    /// Nil for a model that nobody registered or measured.
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
