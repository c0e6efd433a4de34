// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

extension SiteStanding {
    var json: JSON {
        var object: JSONObject = [
            "party": .string(party), "site": .string(site), "entry": entry.json,
            "emulated": .bool(emulated), "telemetry": .array(telemetry.map(\.json)),
            "events": .array(events.map(\.json)), "findings": .array(findings.map(\.json)),
            "draws": .array(draws.map(\.json)), "correctness": .string(correctness.rawValue),
            "completeness": .string(completeness.rawValue), "reason": .string(reason),
            "clause": .string(clause),
        ]
        object["stop"] = stop.map { .object(["since": $0.since.json, "entry": $0.entry.json]) }
        object["covered"] = covered.map { .object(["from": $0.from.json, "to": $0.to.json]) }
        object["silent-since"] = silentSince?.json
        object["due"] = due?.json
        object["could-have-missed"] = couldHaveMissed?.json
        return .object(object)
    }
}

extension SiteEvent {
    var json: JSON {
        var object: JSONObject = [
            "name": .string(name), "at": at.json, "effect": .string(effect),
        ]
        object["entry"] = entry?.json
        return .object(object)
    }
}

extension FindingStanding {
    var json: JSON {
        var object: JSONObject = [
            "auditor": .string(auditor), "entry": entry.json, "at": at.json, "from": from.json,
            "to": to.json, "correctness": .string(correctness.rawValue),
            "completeness": .string(completeness.rawValue), "in-time": .bool(inTime),
            "reason": .string(reason), "stale": .bool(stale), "attested": .bool(true),
        ]
        object["could-have-missed"] = couldHaveMissed?.json
        return .object(object)
    }
}

extension DrawStanding {
    var json: JSON {
        .object([
            "entry": entry.json, "auditor": .string(auditor), "due": due.json,
            "overdue": .bool(overdue),
        ])
    }
}

extension MitigationStanding {
    var json: JSON {
        .object([
            "entry": entry.json, "party": .string(party), "cause": .string(cause),
            "what": .string(what), "attestations": .array(attestations.map(\.json)),
        ])
    }
}

extension MilestoneStanding {
    var json: JSON {
        .object([
            "name": .string(name), "text": .string(text), "attesters": .integer(Int64(attesters)),
            "jurisdictions": .integer(Int64(jurisdictions)), "reached": .bool(reached),
            "attestations": .array(attestations.map(\.json)), "clause": .string(clause),
        ])
    }
}

extension AttestationStanding {
    var json: JSON {
        .object([
            "party": .string(party), "verdict": .string(verdict.rawValue),
            "reason": .string(reason), "entry": entry.json,
        ])
    }
}

extension SelfReportStanding {
    var json: JSON {
        var object: JSONObject = [
            "party": .string(party), "entry": entry.json, "at": at.json, "what": .string(what),
        ]
        object["site"] = site.map { .string($0) }
        return .object(object)
    }
}
