// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
public import TransparencyLog

extension State {
    /// The state as JSON; its canonical bytes are the state's bytes. Times are milliseconds.
    public var json: JSON {
        var object: JSONObject = [
            "agreement": .string(agreement.hex), "terms": .string(terms.hex),
            "rules": .integer(rules),
            "at": at.json, "size": .integer(Int64(size.value)),
            "brake": .object(["state": .string(brake.rawValue), "since": brakeSince.json]),
            "order": order.json, "entry-into-force": entryIntoForce.json,
            "parties": .array(parties.map(\.json)), "triggers": .array(triggers.map(\.json)),
            "questions": .array(questions.map(\.json)), "models": .array(models.map(\.json)),
            "measurements": .array(measurements.map(\.json)),
            "history": .array(history.map(\.json)),
            "judgements": .array(judgements.map(\.json)),
            "schedules": .array(schedules.map(\.json)),
            "evaluations": .array(evaluations.map(\.json)),
            "comments": .array(comments.map(\.json)),
            "challenges": .array(challenges.map(\.json)),
            "dissent": .array(dissent.map(\.json)),
            "sites": .array(sites.map(\.json)), "mitigations": .array(mitigations.map(\.json)),
            "milestones": .array(milestones.map(\.json)),
            "self-reports": .array(selfReports.map(\.json)),
            "without-effect": .array(withoutEffect.map(\.json)),
        ]
        object["monitors"] = monitors?.json
        return .object(object)
    }
}

extension OrderStanding {
    var json: JSON {
        var object: JSONObject = [
            "epoch": .integer(epoch), "measures": .array(measures.map(\.json)),
            "causes": .array(causes.map(\.json)),
        ]
        object["expiry"] = expiry?.json
        return .object(object)
    }
}

extension ForceStanding {
    var json: JSON {
        var object: JSONObject = [
            "in-force": .bool(inForce), "in": .texts(self.in), "out": .array(out.map(\.json)),
            "waits-for": .texts(waitsFor),
        ]
        object["since"] = since?.json
        return .object(object)
    }
}

extension PartyWithReason {
    var json: JSON { .object(["party": .string(party), "reason": .string(reason)]) }
}

extension PartyStanding {
    var json: JSON {
        var object: JSONObject = [
            "name": .string(name), "roles": .texts(roles.map(\.rawValue)),
            "jurisdiction": .string(jurisdiction), "state": .string(state.rawValue),
            "since": since.json,
        ]
        object["reason"] = reason.map { .string($0) }
        return .object(object)
    }
}

extension TriggerStanding {
    var json: JSON {
        var object: JSONObject = [
            "trigger": .string(trigger), "subject": .string(subject.description),
            "verdict": .string(verdict.rawValue), "since": since.json, "reason": reason.json,
            "clause": .string(clause),
        ]
        object["pending"] = pending?.json
        object["kept-until"] = keptUntil?.json
        return .object(object)
    }
}

extension TriggerReason {
    var json: JSON {
        var object: JSONObject = [
            "verdict": .string(verdict.rawValue), "text": .string(text),
            "children": .array(children.map(\.json)),
        ]
        object["entry"] = entry?.json
        return .object(object)
    }
}

extension QuestionStanding {
    var json: JSON {
        var object: JSONObject = [
            "id": .string(id), "kind": .string(kind.rawValue), "opened": opened.json,
            "deadline": deadline.json, "status": .string(status.rawValue), "rule": rule.json,
            "recused": .array(recused.map(\.json)), "votes": .array(votes.map(\.json)),
            "hearings": .array(hearings.map(\.json)), "clause": .string(clause),
        ]
        object["trigger"] = trigger.map { .string($0) }
        object["subject"] = subject.map { .string($0.description) }
        object["accused"] = accused.map { .string($0) }
        object["cause"] = cause.map { .string($0) }
        object["measurement"] = measurement?.json
        object["closed"] = closed?.json
        object["closing"] = closing.map { .string($0) }
        return .object(object)
    }
}

extension DecisionRule {
    fileprivate var json: JSON {
        .object([
            "quorum": .integer(Int64(quorum)), "jurisdictions": .integer(Int64(jurisdictions)),
            "recusal": .texts(recusal.map(\.rawValue).sorted()),
            "deadline": .integer(deadline.milliseconds), "on-timeout": .string(onTimeout.rawValue),
        ])
    }
}

extension CastVote {
    var json: JSON {
        .object([
            "party": .string(party), "choice": .string(choice.rawValue), "reason": .string(reason),
            "entry": entry.json, "counts": .bool(counts),
        ])
    }
}

extension Heard {
    var json: JSON {
        .object(["party": .string(party), "position": .string(position), "entry": entry.json])
    }
}

extension MeasurementStanding {
    var json: JSON {
        var object: JSONObject = [
            "indicator": .string(value.indicator), "subject": .string(value.subject.description),
            "signer": .string(signer), "entry": entry.json,
            "value": .string(value.value.description),
            "unit": .string(value.unit.rawValue), "assurance": .string(value.assurance.rawValue),
            "made": value.made.json, "suite": .string(value.suite), "stale": .bool(stale),
            "fictional": .bool(value.fictional),
        ]
        object["interval"] = value.interval?.stateJSON
        object["elicitation"] = value.elicitation.map { .string($0) }
        object["stage"] = value.stage == .final ? nil : .string(value.stage.rawValue)
        object["corrects"] = value.corrects?.json
        object["access"] = value.access.map { .string($0.rawValue) }
        object["safeguards"] = value.safeguards.map { .string($0.rawValue) }
        object["budget"] = value.budget.map { .string($0) }
        object["relationship"] = value.relationship.map { .string($0.rawValue) }
        object["withdrawn"] = withdrawn.map { .string($0) }
        return .object(object)
    }
}

extension EntryWithoutEffect {
    var json: JSON {
        var object: JSONObject = ["entry": entry.json, "reason": .string(reason)]
        object["clause"] = clause.map { .string($0) }
        return .object(object)
    }
}

extension Time {
    var json: JSON { .integer(milliseconds) }
}

extension LogIndex {
    var json: JSON { .integer(Int64(value)) }
}
