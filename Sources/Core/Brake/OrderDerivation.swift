// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
public import TransparencyLog

extension Brake {
    /// The order at `tick` over a tree, the text that monitors sign.
    ///
    /// - Parameter silentSince: since when the node has been silent, where monitors sign without
    ///   it. Past the agreement's grace the measure for silence holds, and no deadline since then
    ///   steps anything down, since nobody could be heard before it. Neither is in the log, so the
    ///   epoch stays.
    public func order(at tick: Time, size: TreeSize, root: Digest, silentSince: Time?) -> Order {
        var copy = self
        var epoch: Int64?
        if let silentSince {
            copy.advance(to: min(silentSince, tick))
            epoch = copy.advanceInSilence(to: tick)
        } else {
            copy.advance(to: tick)
        }
        var (measures, causes) = (copy.derived.core.measures, copy.derived.core.causes)
        if let silentSince, let silence = copy.silence(since: silentSince, at: tick) {
            measures = Brake.merging(silence.measure, into: measures)
            causes.append(silence.cause)
        }
        return Order(
            agreement: agreement.id, terms: agreement.terms, rules: Int64(agreement.rules),
            epoch: epoch ?? copy.derived.epoch, state: copy.derived.core.state, measures: measures,
            causes: causes, models: copy.modelStandings(), expiry: copy.derived.core.expiry,
            silentSince: silentSince, size: size, root: root, tick: tick,
            monitors: copy.watchers.chain.current.name)
    }

    func orderCore() -> OrderCore {
        let open = causes.openCauses
        return OrderCore(
            state: brakeState(open), measures: measures(open),
            causes: open.map { standing(of: $0) },
            expiry: open.filter(\.isByDecision).compactMap(\.expiry).max())
    }

    private func brakeState(_ open: [Cause]) -> BrakeState {
        if ended { return .ended }
        guard membership.inForce else { return .openForSignature }
        let decided = open.filter(\.isByDecision)
        let pauses = decided.filter { $0.measure == .pause }
        if pauses.contains(where: \.holds) { return .paused }
        if !pauses.isEmpty { return .called }
        if decided.contains(where: { $0.resumption?.stage != nil }) { return .resuming }
        let asked = docket.open.contains { docket[$0].kind == .determination }
        return decided.isEmpty && !asked ? .running : .notified
    }

    // MARK: - Measures

    /// One measure for each rung that the council called, strongest first, then the parties' own.
    private func measures(_ open: [Cause]) -> [MeasureInForce] {
        let decided = open.filter(\.isByDecision)
        let rungs = Measure.allCases.reversed().compactMap { rung in
            let behind = decided.filter { $0.measure == rung }
            return behind.map(\.from).min().map { from in
                measure(
                    rung, from: from, causes: behind.map(\.id),
                    threshold: threshold(of: rung, behind))
            }
        }
        return rungs + open.filter { !$0.isByDecision }.map { ownMeasure($0) }
    }

    /// The strictest threshold among the causes of a rung.
    private func threshold(of rung: Measure, _ behind: [Cause]) -> ExactDecimal {
        let own = agreement.measure(rung)?.threshold ?? .zero
        return behind.map { $0.threshold ?? own }.min() ?? own
    }

    /// A measure on all who are bound and do covered work.
    private func measure(
        _ rung: Measure, from: Time, causes: [String], threshold: ExactDecimal? = nil
    ) -> MeasureInForce {
        let bound = roster.parties.indices.filter {
            membership.isBound($0) && roster.parties[$0].doesCoveredWork
        }
        let terms = agreement.measure(rung)
        return MeasureInForce(
            measure: rung, parties: bound.map { roster.parties[$0].name }, models: nil,
            activities: (terms?.activities ?? []).sorted(),
            threshold: threshold ?? terms?.threshold ?? .zero, from: from, causes: causes,
            clause: terms?.article ?? "")
    }

    /// A party's own pause: its work on one model, whatever the amount.
    private func ownMeasure(_ cause: Cause) -> MeasureInForce {
        let terms = agreement.measure(.pause)
        return MeasureInForce(
            measure: .pause, parties: cause.party.map { [roster.parties[$0].name] } ?? [],
            models: cause.model.flatMap { models[$0].digest }.map { [$0] } ?? [],
            activities: (terms?.activities ?? []).sorted(), threshold: .zero, from: cause.from,
            causes: [cause.id], clause: terms?.article ?? "")
    }

    private func standing(of cause: Cause) -> CauseInForce {
        let trigger = cause.trigger.map { triggers[$0.trigger] }
        return CauseInForce(
            id: cause.id, kind: cause.isByDecision ? .trigger : .selfPause, trigger: trigger?.name,
            subject: cause.trigger.map { subject(at: $0.subject) }
                ?? cause.model.map { .model(models[$0].name) },
            standing: cause.standing, entry: cause.entry, since: cause.since, expiry: cause.expiry,
            stage: cause.resumption?.stage,
            next: cause.resumption.flatMap { $0.isHeld ? nil : $0.next },
            clause: trigger?.article ?? agreement.measure(.pause)?.article ?? "")
    }

    /// Models that a gate can recognise: those whose checkpoint is known. A developer who has not
    /// registered its model goes unnamed.
    func modelStandings() -> [ModelStanding] {
        // A registration has a later entry than the measurement that first named the model.
        models.models.sorted { $0.entry < $1.entry }.compactMap { model in
            model.digest.map {
                ModelStanding(
                    name: model.name, digest: $0,
                    developer: model.developer.map { roster.parties[$0].name } ?? "",
                    parents: model.parents, released: model.released, entry: model.entry)
            }
        }
    }

    // MARK: - Silence

    /// Fires the deadlines strictly before `tick`, but for those that would step the order down:
    /// they wait until the node is back, or the agreement ends.
    ///
    /// Returns the epoch before the first that waits, which the order keeps: what the log makes of
    /// it later has no lower one.
    private mutating func advanceInSilence(to tick: Time) -> Int64? {
        var epoch: Int64?
        while let next = deadlines.first, next.time < tick {
            guard next.event.mayStepDown, !ended else {
                fireNext()
                continue
            }
            var after = self
            after.fireNext()
            let (old, new) = (derived.core.measures, after.derived.core.measures)
            if after.ended || !old.stepsDown(to: new, at: next.time) {
                self = after
            } else {
                deadlines.removeFirst()
                epoch = epoch ?? derived.epoch
            }
        }
        clock = max(clock, tick)
        return epoch
    }

    /// What follows from a silence; nothing within the grace, nor while a pause is called or holds.
    private func silence(
        since: Time, at tick: Time
    ) -> (measure: MeasureInForce, cause: CauseInForce)? {
        let terms = agreement.onSilence
        let start = since.later(by: terms.grace)
        switch derived.core.state {
        case .openForSignature, .called, .paused, .ended: return nil
        case .running, .notified, .resuming: break
        }
        guard start <= tick else { return nil }
        let cause = CauseInForce(
            id: Brake.silenceCause, kind: .silence, trigger: nil, subject: nil,
            standing: .automatic,
            entry: nil, since: start, expiry: nil, clause: terms.article)
        return (measure(terms.measure, from: start, causes: [cause.id]), cause)
    }

    /// The id of the one cause that no entry establishes.
    public static let silenceCause = "silence"

    /// One measure of a rung and scope holds all causes for it, and takes hold with the first.
    private static func merging(
        _ measure: MeasureInForce, into measures: [MeasureInForce]
    ) -> [MeasureInForce] {
        var measures = measures
        if let same = measures.firstIndex(where: {
            $0.measure == measure.measure && $0.models == nil
        }) {
            let old = measures[same]
            measures[same] = MeasureInForce(
                measure: old.measure, parties: old.parties, models: nil, activities: old.activities,
                threshold: min(old.threshold, measure.threshold),
                from: min(old.from, measure.from),
                causes: old.causes + measure.causes, clause: old.clause)
        } else {
            let place =
                measures.firstIndex { $0.models != nil || $0.measure < measure.measure }
                ?? measures.count
            measures.insert(measure, at: place)
        }
        return measures
    }
}
