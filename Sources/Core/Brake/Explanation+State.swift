// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
import TransparencyLog

// The words for what is so: the brake, causes, measures, questions, parties.

extension State {
    /// Where the brake stands, in one sentence.
    public var sentence: String {
        let because = order.causes.isEmpty ? "" : " because of \(listed(order.causes.map(\.id)))"
        switch brake {
        case .openForSignature:
            return "open for signature since \(brakeSince)"
                + (entryIntoForce.waitsFor.isEmpty
                    ? "" : ": waits for \(listed(entryIntoForce.waitsFor))")
        case .running: return "running since \(brakeSince): nobody is stopped by decision"
        case .notified where order.causes.isEmpty:
            return "notified since \(brakeSince): a determination is open"
        case .notified: return "notified since \(brakeSince)\(because)"
        case .called:
            let from = order.measures.first { $0.measure == .pause && $0.models == nil }?.from
            return "a pause is called since \(brakeSince)\(because)"
                + (from.map { "; it takes hold at \($0)" } ?? "")
        case .paused: return "paused since \(brakeSince)\(because)"
        case .resuming: return "resuming in stages since \(brakeSince)\(because)"
        case .ended: return "the agreement ended at \(brakeSince)"
        }
    }
}

extension CauseInForce {
    /// What the cause is and how far it has been decided, in one sentence.
    public var sentence: String {
        let about = subject.map { " for \($0)" } ?? ""
        let end = expiry.map { ", until \($0)" } ?? ""
        switch (kind, standing) {
        case (.silence, _):
            return "the node has been silent past the agreement's grace (since \(since))"
        case (.selfPause, _):
            return "a developer stopped itself\(about) (entry \(entryText), \(since))"
        case (.nonCompliance, _):
            return "a party was found non-compliant (entry \(entryText), \(since))"
        case (.trigger, .provisional):
            return
                "\(trigger ?? "a trigger") determined crossed\(about) (entry \(entryText), \(since)); "
                + "provisional\(end)"
        case (.trigger, .confirmed):
            return
                "\(trigger ?? "a trigger") confirmed crossed\(about) (entry \(entryText), \(since)); "
                + "confirmed\(end)"
        case (.trigger, .lapsed):
            return
                "\(trigger ?? "a trigger")\(about): not confirmed in time, lapsed to a milder measure\(end)"
        case (.trigger, .resuming):
            let way = stage.map { "in stage \($0 + 1) of the way out" } ?? "cleared by the council"
            let then = next.map { "; next step at \($0)" } ?? "; held until a question is decided"
            return "\(trigger ?? "a trigger")\(about): \(way)\(then)"
        case (.trigger, .own), (.trigger, .automatic):
            return "\(trigger ?? "a trigger")\(about) since \(since)"
        }
    }

    private var entryText: String { entry?.description ?? "none" }
}

extension MeasureInForce {
    /// What is asked of whom, in one sentence.
    public var sentence: String {
        let what =
            switch measure {
            case .notify: "everybody is told; nothing is refused"
            case .cap: "new covered work is refused above the threshold"
            case .slow: "new covered work is refused; what runs goes on"
            case .pause: "new covered work is refused; what runs saves itself and is held"
            }
        let scope = models == nil ? "all covered work" : "the models named, with their descendants"
        return "\(measure.rawValue) from \(from) on \(listed(parties)), over \(scope) "
            + "of \(threshold) FLOP or more: \(what)"
    }
}

extension QuestionStanding {
    /// What is asked, by which rule, and how it stands, in one sentence.
    public var sentence: String {
        let about =
            switch kind {
            case .determination:
                "is \(trigger ?? "the trigger") crossed for \(subject?.description ?? "it")?"
            case .confirmation: "is \(cause ?? "the cause") confirmed?"
            case .resume: "is \(cause ?? "the cause") cleared?"
            case .nonCompliance: "is \(accused ?? "the party") non-compliant?"
            case .challenge:
                "is the measurement of entry \(measurement?.description ?? "?") withdrawn?"
            }
        return "\(id): \(about) \(standing)"
    }

    private var standing: String {
        let needs =
            "\(counted(rule.quorum, "yes vote")) from \(counted(rule.jurisdictions, "jurisdiction"))"
        let end = closed?.description ?? ""
        switch status {
        case .open: return "open until \(deadline); \(yes) yes so far, needs \(needs)"
        case .adopted: return "adopted at \(end) with \(yes) yes"
        case .rejected: return "rejected at \(end)" + (closing.map { ": \($0)" } ?? "")
        case .timedOut:
            return "timed out at \(end)" + (closing.map { ": \($0)" } ?? " with \(yes) yes")
        }
    }
}

extension AccessStanding {
    /// Who asked for what, and what came of it, in one sentence.
    public var sentence: String {
        let asked = "\(evaluator) asked for \(access.rawValue) access to \(model) at \(at)"
        guard let answer else {
            guard let due else { return asked + ", and has no answer" }
            return asked
                + (overdue ? ", and was due an answer by \(due)" : ", answer due by \(due)")
        }
        let late = answer.inTime ? "" : ", late"
        guard let granted = answer.access else {
            let reason = answer.reason.isEmpty ? "" : ": \(answer.reason)"
            return "\(asked); refused at \(answer.at)\(late)\(reason)"
        }
        return "\(asked); \(granted.rawValue) access granted at \(answer.at)\(late)"
    }
}

extension ScheduleStanding {
    /// What is owed, and since when it is missing, in one sentence.
    public var sentence: String {
        let what = "\(indicator) of \(subject) is to be measured every \(every)"
        guard let missed else { return "\(what); the next time by \(due)" }
        return "\(what), and was not by \(missed)"
    }
}

extension DissentStanding {
    /// Who says what, in one sentence.
    public var sentence: String {
        let unclear = unclear.isEmpty ? "" : "; unclear to \(listed(unclear))"
        return "\(part) on \(subject): yes by \(listed(yes)), no by \(listed(no))\(unclear)"
    }
}

extension Question.Closing {
    var sentence: String {
        switch self {
        case .causeEnded(let id): "cause \(id) has ended"
        case .causeCleared(let id): "cause \(id) was cleared"
        case .agreementEnded: "the agreement has ended"
        case .noLongerClear(let reads):
            "the vote carried, but the trigger no longer reads clear (\(reads.rawValue))"
        case .noLongerAttested:
            "the vote carried, but what it rests on is no longer attested"
        case .neverAdoptable: "too few members have a vote on it"
        }
    }
}

extension DecisionRule.Recusal {
    func sentence(accused: String) -> String {
        switch self {
        case .accused: "the question is about itself"
        case .nominatedByAccused: "nominated by \(accused), whom the question is about"
        }
    }
}

extension PartyReason {
    var sentence: String {
        switch self {
        case .notInForce: "waits for the agreement to enter into force"
        case .condition(let reason): reason.sentence
        case .foundBy(let question): "found so by \(question)"
        case .causes(let ids): "stopped by \(listed(ids))"
        case .shown(let ids):
            "stopped by \(listed(ids)); every site shows it, as auditors found (attested)"
        case .lacks(let lack, let site, let ids):
            "stopped by \(listed(ids)); \(site.map { "\($0): " } ?? "")\(lack.sentence)"
        case .withdraws(let time): "has withdrawn, and is bound until \(time)"
        }
    }
}

extension Dropped.Reason {
    /// Why a party's own condition does not hold, in plain words.
    public var sentence: String {
        switch self {
        case .tooFew(let have, let need):
            "its condition asks for \(need) of the parties it counts, and \(have) would be bound"
        case .tooSmallShare(let have, let need):
            "its condition asks for \(need.percent) of frontier compute, and \(have.percent) would be bound"
        case .tooFewJurisdictions(let have, let need):
            "its condition asks for \(counted(need, "jurisdiction")), and \(have) would be bound"
        }
    }
}

extension Shortfall {
    var sentence: String {
        switch self {
        case .parties(let have, let need): "\(counted(need, "party", "parties")) (\(have) so far)"
        case .states(let have, let need): "\(counted(need, "state")) (\(have) so far)"
        case .developers(let have, let need): "\(counted(need, "developer")) (\(have) so far)"
        case .share(let have, let need):
            "\(need.percent) of frontier compute (\(have.percent) so far)"
        }
    }
}
