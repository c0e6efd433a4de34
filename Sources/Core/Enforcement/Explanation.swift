// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

// The one place that puts the gate's decisions into words.

extension Verdict {
    /// One word for machines.
    public var word: String {
        switch self {
        case .admitted: "admitted"
        case .refused: "refused"
        case .goOn: "go-on"
        case .save: "save"
        case .hold: "hold"
        }
    }

    /// One sentence for people, without a full stop.
    public var sentence: String {
        switch self {
        case .admitted(let reason): "admitted: \(reason.sentence)"
        case .refused(let reason): "refused: \(reason.sentence)"
        case .goOn(let until?, let reason):
            "go on, by this order until \(until): \(reason.sentence)"
        case .goOn(nil, let reason): "go on: \(reason.sentence)"
        case .save(let by, let reason): "save by \(by): \(reason.sentence)"
        case .hold(let reason): "hold: \(reason.sentence)"
        }
    }
}

extension Reason {
    public var sentence: String {
        let article = "(article \(clause))"
        switch ground {
        case .covered(let coverage):
            return "\(work) is covered by \(coverage.sentence(atTick: rank?.tick))"
        case .noOrder:
            return
                "no order was ever believed here, and unknown is not an all-clear for \(work) \(article)"
        case .staleOrder(let lease):
            return "no fresh order: the last one (\(order)) is older than the lease of \(lease), "
                + "and unknown is not an all-clear for \(work) \(article)"
        case .lateOrder(let lease):
            return
                "the next order is late: the last one (\(order)) counts for the lease of \(lease) \(article)"
        case .contradictedOrder:
            return "two orders of one rank (\(order)) say different things, "
                + "so neither is an all-clear for \(work) \(article)"
        case .unbound(let party):
            return "no measure binds \(party) (\(order), \(state?.rawValue ?? "no state"))"
        case .belowThreshold(let measure):
            return
                "\(work) is below the \(measure.threshold) FLOP from which the \(measure.measure) covers \(article)"
        case .outside(let measure):
            return "\(work) is not covered by the \(measure.measure) \(article)"
        case .runningUnder(let measure):
            return "the \(measure.measure) lets running work go on \(article)"
        case .neverStopped: return "\(work) is never stopped \(article)"
        case .small(let least):
            return
                "there is no fresh order, but \(work) is below the \(least) FLOP from which any measure covers \(article)"
        }
    }

    private var order: String {
        rank.map { "epoch \($0.epoch), signed for \($0.tick)" } ?? "no order"
    }

    /// The job as the gate takes it.
    private var work: String {
        let compute = job.compute.map { "\($0) FLOP" } ?? "undeclared compute"
        switch jobClass {
        case .serving(let model):
            return "serving \(model), released before the order, to outside users"
        case .evaluation(let party): return "evaluation by \(party)"
        case .work(let activity): return "\(activity.rawValue) of \(compute)"
        case .unproved(let doubt):
            return "work of \(compute) labelled \(job.activity.rawValue), "
                + "which counts as \(Activity.internalResearchAgents.rawValue) since \(doubt.sentence),"
        }
    }
}

extension JobClass.Doubt {
    public var sentence: String {
        switch self {
        case .tenantNotOutside: "it is not for outside users"
        case .modelNotNamed: "it names no model"
        case .modelNotRegistered: "its model is not registered"
        case .modelNotReleased(let model): "\(model) was not released before the order"
        case .otherLineage(let model): "it builds on models that \(model) was not registered with"
        case .tenantNotEvaluator: "its tenant is no evaluator or auditor of the agreement"
        case .noAllowance: "safety research has no allowance here"
        }
    }
}

extension Coverage {
    /// `the pause (article 6.4) because of cause c31 (entry 31: …)`, as seen from an order's tick.
    fileprivate func sentence(atTick tick: Time?) -> String {
        var text = measure.measure.rawValue
        if let tick, tick < measure.from { text += " called for \(measure.from)" }
        text = "the \(text) (article \(measure.clause))"
        switch ground {
        case .activity: break
        case .model(let name): text += " through \(name)"
        case .modelNotNamed: text += ", which covers certain models, and the job names none,"
        }
        let reasons = causes.map { "cause \($0.id) (\($0.sentence))" }
        return reasons.isEmpty ? text : "\(text) because of \(reasons.joined(separator: " and "))"
    }
}

extension CauseInForce {
    /// `entry 31: research-automation crossed for model:fiction-1`.
    fileprivate var sentence: String {
        let place = entry.map { "entry \($0.value): " } ?? ""
        let about = subject.map(\.description) ?? "all"
        switch kind {
        case .trigger: return "\(place)\(trigger ?? "a trigger") crossed for \(about)"
        case .selfPause: return "\(place)the developer stopped itself over \(about)"
        case .silence: return "\(place)the node has been silent since \(since)"
        case .nonCompliance: return "\(place)non-compliance found by decision"
        }
    }
}

extension Disbelief: CustomStringConvertible {
    public var description: String {
        switch self {
        case .malformed(let fault): "the order is malformed: \(fault)"
        case .otherAgreement(let id): "the order is of another agreement (\(id.hex))"
        case .otherTerms(let digest): "the order is under other terms (\(digest.hex))"
        case .otherRules(let version): "the order is derived by version \(version) of the rules"
        case .otherMonitors(let named, let expected):
            "the order stands under version \(named?.version ?? 1) of the monitors"
                + (named?.version == expected?.version ? ", but another one" : "")
                + ", and version \(expected?.version ?? 1) counts here"
        case .tooFewSignatures(let valid, let needed):
            "the order has \(valid.count) of \(needed) monitors' signatures"
                + (valid.isEmpty ? "" : " (\(valid.joined(separator: ", ")))")
        }
    }
}
