// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
import TransparencyLog

/// A measure that covers a job, and by what.
public struct Coverage: Hashable, Sendable {
    public let measure: MeasureInForce
    /// The causes that it rests on, in the order's sequence.
    public let causes: [CauseInForce]
    public let ground: Ground

    public enum Ground: Hashable, Sendable {
        /// Activity and compute, as the measure lists them.
        case activity
        /// It uses or descends from a covered model, so activity and compute do not matter.
        case model(String)
        /// The measure covers certain models, and the job does not say which it runs on.
        case modelNotNamed
    }

    /// Nil where the measure leaves the job free.
    ///
    /// - Parameter followsLineage: whether descendants of a covered model are covered with it.
    init?(
        of job: Job, taken asClass: JobClass, by measure: MeasureInForce,
        causes open: [CauseInForce],
        models: Lineage, followsLineage: Bool
    ) {
        guard measure.measure != .notify else { return nil }
        self.measure = measure
        causes = open.filter { measure.causes.contains($0.id) }
        let covered = measure.models ?? Coverage.accused(by: causes, models)
        let used = [job.model].compactMap { $0 } + job.parents
        let reached = followsLineage ? models.ancestry(of: used) : Set(used)
        let touched = covered.first(where: reached.contains).map(models.name(of:))
        guard let ground = Coverage.ground(job, asClass, measure, touching: touched) else {
            return nil
        }
        self.ground = ground
    }

    /// The models that causes speak of.
    private static func accused(by causes: [CauseInForce], _ models: Lineage) -> [Digest] {
        causes.flatMap { cause -> [Digest] in
            guard case .model(let name) = cause.subject else { return [] }
            return models.digests(named: name)
        }
    }

    private static func ground(
        _ job: Job, _ asClass: JobClass, _ measure: MeasureInForce, touching model: String?
    ) -> Ground? {
        switch asClass {
        case .serving: return nil
        case .evaluation: guard measure.activities.contains(.evaluation) else { return nil }
        case .work(let activity):
            guard model != nil || measure.activities.contains(activity) else { return nil }
        // It may be any of the activities, whichever the label hides.
        case .unproved: guard model != nil || !measure.activities.isEmpty else { return nil }
        }
        if let model { return .model(model) }
        guard job.compute.map({ $0 >= measure.threshold }) ?? true else { return nil }
        guard measure.models != nil else { return .activity }
        // A measure on certain models leaves others free, but only training from nothing has no
        // model.
        let saysOnWhat = job.model != nil || !job.parents.isEmpty || asClass == .work(.preTraining)
        return saysOnWhat ? nil : .modelNotNamed
    }
}
