// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
import TransparencyLog

/// What a job is taken for, by model, lineage and tenant.
///
/// A label that makes a job covered is taken at its word. A label that would leave it free
/// (serving, evaluation, safety research) has to be borne out.
public enum JobClass: Hashable, Sendable {
    /// A model that was released before the order, to outside users: never stopped.
    case serving(model: String)
    /// By a party that the agreement names as evaluator or auditor.
    case evaluation(by: String)
    /// Work that its own label says may be covered.
    case work(Activity)
    /// A freeing label that is not borne out: it may be whatever a measure covers.
    case unproved(Doubt)

    public enum Doubt: Hashable, Sendable {
        case tenantNotOutside
        case modelNotNamed
        case modelNotRegistered
        case modelNotReleased(String)
        /// The job names parents that the model's registration does not.
        case otherLineage(String)
        case tenantNotEvaluator
        /// No statement kind grants a metered allowance for safety research in this version.
        case noAllowance
    }

    init(of job: Job, models: Lineage, under agreement: Agreement) {
        switch job.activity {
        case .serving: self = .serving(job, models)
        case .evaluation:
            if case .party(let name) = job.tenant, let party = agreement.party(name),
                party.roles.contains(.evaluator) || party.roles.contains(.auditor)
            {
                self = .evaluation(by: name)
            } else {
                self = .unproved(.tenantNotEvaluator)
            }
        case .safetyResearch: self = .unproved(.noAllowance)
        case .preTraining, .postTraining, .reinforcementRollouts, .syntheticData, .distillation,
            .internalResearchAgents:
            self = .work(job.activity)
        }
    }

    private static func serving(_ job: Job, _ models: Lineage) -> JobClass {
        guard job.tenant == .external else { return .unproved(.tenantNotOutside) }
        guard let digest = job.model else { return .unproved(.modelNotNamed) }
        let standings = models.standings(of: digest)
        guard let standing = standings.first else { return .unproved(.modelNotRegistered) }
        // Where one digest is registered twice, the stricter registration counts.
        guard standings.allSatisfy({ $0.released != nil }) else {
            return .unproved(.modelNotReleased(standing.name))
        }
        let ancestry = models.ancestry(of: [digest])
        guard job.parents.allSatisfy(ancestry.contains) else {
            return .unproved(.otherLineage(standing.name))
        }
        return .serving(model: standing.name)
    }
}
