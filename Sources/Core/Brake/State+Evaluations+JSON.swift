// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

extension PendingStanding {
    var json: JSON {
        var object: JSONObject = [
            "since": since.json, "reports": .integer(Int64(reports)),
            "over": .integer(over.milliseconds), "evaluators": .integer(Int64(evaluators)),
            "reported": .array(
                reported.map {
                    .object([
                        "signer": .string($0.signer), "reports": .integer(Int64($0.reports)),
                        "first": $0.first.json, "newest": $0.newest.json,
                    ])
                }),
        ]
        object["due"] = due?.json
        return .object(object)
    }
}

extension HistoryStanding {
    var json: JSON {
        .object([
            "indicator": .string(indicator), "subject": .string(subject.description),
            "signer": .string(signer), "count": .integer(Int64(count)),
            "revisions": .array(revisions.map(\.json)),
        ])
    }
}

extension RevisionStanding {
    var json: JSON {
        var object: JSONObject = [
            "entry": entry.json, "received": received.json, "value": .string(value.description),
            "made": made.json, "stage": .string(stage.rawValue), "suite": .string(suite),
            "assurance": .string(assurance.rawValue), "withdrawn": .bool(withdrawn),
        ]
        object["interval"] = interval?.stateJSON
        object["corrects"] = corrects?.json
        object["reason"] = reason.map { .string($0) }
        object["challenge"] = challenge.map { .string($0) }
        object["outcome"] = outcome.map { .string($0.rawValue) }
        return .object(object)
    }
}

extension MeasuredValue.Interval {
    var stateJSON: JSON {
        .object([
            "low": .string(low.description), "high": .string(high.description),
            "confidence": .string(confidence.description),
        ])
    }
}

extension JudgementStanding {
    var json: JSON {
        .object([
            "claim": .string(judgement.claim), "subject": .string(judgement.subject.description),
            "signer": .string(signer), "entry": entry.json,
            "holds": .string(judgement.holds.rawValue), "reason": .string(judgement.reason),
            "assurance": .string(judgement.assurance.rawValue), "made": judgement.made.json,
            "stale": .bool(stale),
        ])
    }
}

extension ScheduleStanding {
    var json: JSON {
        var object: JSONObject = [
            "indicator": .string(indicator), "subject": .string(subject.description),
            "every": .integer(every.milliseconds), "due": due.json, "clause": .string(clause),
        ]
        object["newest"] = newest?.json
        object["missed"] = missed?.json
        return .object(object)
    }
}

extension AccessStanding {
    var json: JSON {
        var object: JSONObject = [
            "evaluator": .string(evaluator), "entry": entry.json, "at": at.json,
            "model": .string(model), "developer": .string(developer),
            "access": .string(access.rawValue), "what": .string(what), "overdue": .bool(overdue),
        ]
        object["due"] = due?.json
        object["answer"] = answer?.json
        return .object(object)
    }
}

extension AccessStanding.Answer {
    fileprivate var json: JSON {
        var object: JSONObject = [
            "entry": entry.json, "at": at.json, "granted": .bool(access != nil),
            "reason": .string(reason), "in-time": .bool(inTime),
        ]
        object["access"] = access.map { .string($0.rawValue) }
        return .object(object)
    }
}

extension CommentStanding {
    var json: JSON {
        .object([
            "about": about.json, "party": .string(party), "entry": entry.json, "at": at.json,
            "text": .string(text), "in-time": .bool(inTime),
        ])
    }
}

extension ChallengeStanding {
    var json: JSON {
        var object: JSONObject = [
            "entry": entry.json, "party": .string(party), "measurement": measurement.json,
            "value": .string(value.description), "unit": .string(unit.rawValue),
            "reason": .string(reason), "question": .string(question),
            "outcome": .string(outcome.rawValue),
        ]
        object["interval"] = interval?.stateJSON
        return .object(object)
    }
}

extension DissentStanding {
    var json: JSON {
        .object([
            "trigger": .string(trigger), "subject": .string(subject.description),
            "about": .string(about), "part": .string(part), "yes": .texts(yes), "no": .texts(no),
            "unclear": .texts(unclear),
        ])
    }
}
