// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

// The words for refusals and for entries without effect: the command line, the API and the page say
// the same because they say this.

extension Refusal: CustomStringConvertible {
    public var description: String { sentence }

    /// The refusal in one plain sentence, without the clause.
    public var sentence: String {
        switch self {
        case .unknownPayloadType(let got):
            "the envelope's payload type is \(quoted(got)), not an in-toto statement"
        case .tooLarge(let bytes, let limit):
            "the envelope has \(bytes) bytes, more than the \(limit) that fit into the log"
        case .malformed(let malformed): "the statement is malformed \(malformed)"
        case .wrongAgreement(let got, let expected):
            "the statement is about agreement \(got.hex), and this log is about \(expected.hex)"
        case .wrongTerms(let got, let current):
            "the statement was signed under terms \(got.hex), and the terms now are \(current.hex)"
        case .unknownKey(let keyIDs):
            "no party of the agreement holds the key \(keyIDs.map(quoted).joined(separator: ", "))"
        case .badSignature(let keyID):
            "the signature by key \(keyID) is not valid over this statement"
        case .severalSigners(let parties):
            "the envelope is signed by \(listed(parties)), and a statement has one author"
        case .tooFewSignatures(let party, let needed, let got):
            "\(party) signs with \(counted(needed, "key")), and the envelope has \(got) of them"
        case .mayNotSay(let party, let kind, let roles): mayNotSay(party, kind, roles)
        case .mayNotClaim(let party, let assurance, _):
            assurance == .selfReported
                ? "\(party) is no developer, so its measurement cannot be self-reported"
                : "\(party) is a developer, so its own measurement is self-reported, not \(assurance.rawValue)"
        case .mayNotAsk(let party, let question, let roles):
            "\(party) may not ask for a \(question.rawValue) question; "
                + "a party with the role \(alternatives(roles)) may"
        case .notAMember(let party, _): "\(party) is not a member of the council, so it has no vote"
        case .openingNotFirst: "an opening is entry 0, and this log has one already"
        }
    }

    private func mayNotSay(_ party: String, _ kind: StatementKind, _ roles: [Role]) -> String {
        if kind == .opening {
            return "\(party) may not open the log; only the log's own key signs the opening"
        }
        if roles.isEmpty { return "\(party) is no party, so it may not say a \(kind.rawValue)" }
        return "\(party) may not say a \(kind.rawValue) statement; "
            + "a party with the role \(alternatives(roles)) may"
    }

    /// The way out, where there is one.
    public var hint: String? {
        switch self {
        case .wrongAgreement: "name this log's agreement as subject 0"
        case .wrongTerms: "read the agreement as it is now, and sign again with its terms digest"
        case .unknownKey: "sign with a key that the agreement lists for your party"
        case .badSignature: "sign exactly the payload's bytes, with the payload type (DSSE PAE)"
        case .severalSigners: "let each party send its own statement"
        case .tooFewSignatures(_, let needed, let got):
            "add \(counted(needed - got, "signature")) by other keys of the party"
        case .mayNotClaim(_, let assurance, _):
            assurance == .selfReported
                ? "set assurance to third-party or reproduced" : "set assurance to self-reported"
        case .tooLarge: "put the evidence beside the statement, and its digest into it"
        case .unknownPayloadType: "use the payload type application/vnd.in-toto+json"
        case .malformed, .mayNotSay, .mayNotAsk, .notAMember, .openingNotFirst: nil
        }
    }
}

extension NoEffect: CustomStringConvertible {
    public var description: String { sentence }

    /// Why the entry changed nothing, in one plain sentence, without the clause.
    public var sentence: String { reason.sentence }
}

extension NoEffect.Reason {
    var sentence: String {
        switch self {
        case .wrongOpening, .logNotOpened, .inadmissible, .stampBeforePrevious, .sequenceNotGrowing,
            .agreementEnded, .notInForce:
            aboutTheLog
        case .conditionStands, .nothingNew, .notAcceded, .alreadyWithdrawing: aboutJoining
        case .modelOfAnother, .digestRegistered, .otherCheckpoint, .releasedUnderOrder,
            .unregisteredModel, .alreadyPaused, .noOwnPause:
            aboutModels
        case .notTheRegisteredCheckpoint, .madeInFuture, .staleOnArrival, .newerLogged,
            .notOwnMeasurement, .unknownMeasurement, .otherUnit, .ownMeasurement,
            .measurementWithdrawn, .alreadyChallenged:
            aboutMeasurements
        case .alreadyRequested, .unknownRequest, .nothingToCommentOn: aboutEvaluations
        case .unknownSite, .nothingStops, .emulationContradicts, .periodReplayed,
            .periodContradicts, .periodTooOld, .unknownDraw, .drawClosed, .drawsUnsettled,
            .answerToAnother,
            .notTelemetry, .notIndependent, .findingContradictsLog:
            aboutSites
        case .notMitigated, .milestonesMissing, .alreadyResuming, .causeOfAnother,
            .unknownMitigation, .unknownMilestone:
            aboutResuming
        case .monitorsReplaced(let version, let entry):
            "version \(version) of the monitors is that of entry \(entry); the first that is logged counts"
        case .monitorsNotNext(let failure): "the monitors stay as they are: \(failure)"
        case .noMonitorNow(let party): "\(party) is none of the monitors that count now"
        case .alreadyAccepted(let entry):
            "the monitor has accepted this statement already (entry \(entry))"
        default: aboutQuestions
        }
    }

    private var aboutTheLog: String {
        switch self {
        case .wrongOpening(let rules, let origin):
            "the opening is for rules version \(rules) and the log \(quoted(origin)), not for this agreement's"
        case .logNotOpened: "the log has no opening of this agreement as entry 0"
        case .inadmissible(let refusal): "it should not have been logged: \(refusal.sentence)"
        case .stampBeforePrevious(let stamp, let previous):
            "it is stamped \(stamp), before the entry ahead of it (\(previous))"
        case .sequenceNotGrowing(let got, let last):
            "its sequence number \(got) is not above \(last), the signer's last"
        case .agreementEnded(let time): "the agreement ended at \(time)"
        case .notInForce: "the agreement is not in force yet"
        default: ""
        }
    }

    private var aboutJoining: String {
        switch self {
        case .conditionStands:
            "the party is bound, and its condition stands while it is; "
                + "to change it, withdraw and join again"
        case .nothingNew: "it says nothing that was not so already"
        case .notAcceded: "the party has not joined, so it cannot withdraw"
        case .alreadyWithdrawing(let until):
            "the party has withdrawn already, and is bound until \(until)"
        default: ""
        }
    }

    private var aboutModels: String {
        switch self {
        case .modelOfAnother(let model, let developer): "\(model) is a model of \(developer)"
        case .digestRegistered(let model): "the same checkpoint is registered already, as \(model)"
        case .otherCheckpoint(let model):
            "\(model) is registered with another checkpoint or other parents; "
                + "a new checkpoint needs a new name"
        case .releasedUnderOrder(let causes):
            "a release during a pause does not count (cause \(listed(causes)))"
        case .unregisteredModel(let model): "nobody has registered \(model)"
        case .alreadyPaused(let cause):
            "the party has stopped itself over this model already (\(cause))"
        case .noOwnPause(let model): "the party has no pause of its own over \(model)"
        default: ""
        }
    }

    private var aboutMeasurements: String {
        switch self {
        case .notTheRegisteredCheckpoint(let model):
            "the checkpoint measured is not the one registered as \(model)"
        case .madeInFuture(let made, let received, let skew):
            "it was made at \(made), more than \(skew) after it was received (\(received))"
        case .staleOnArrival(let made, let staleAfter):
            "it was made at \(made), and the indicator's measurements count for \(staleAfter)"
        case .newerLogged(let entry):
            "a newer measurement by the same signer is logged (entry \(entry))"
        case .notOwnMeasurement(let entry):
            "entry \(entry) is no measurement by the same signer of the same indicator and subject"
        case .unknownMeasurement(let entry):
            "entry \(entry) is no measurement that is still on the record"
        case .otherUnit(let needed): "the measurement is in \(needed.rawValue)"
        case .ownMeasurement(let entry):
            "entry \(entry) is the party's own; it corrects that by a measurement"
        case .measurementWithdrawn(let entry):
            "the measurement of entry \(entry) is withdrawn already"
        case .alreadyChallenged(let entry):
            "the party has challenged the measurement of entry \(entry) before"
        default: ""
        }
    }

    private var aboutEvaluations: String {
        switch self {
        case .alreadyRequested(let entry):
            "it has asked for access to the same model already (entry \(entry)), and waits for an answer"
        case .unknownRequest(let entry): "entry \(entry) is no request that is still on the record"
        case .nothingToCommentOn(let entry):
            "entry \(entry) is no measurement or judgement that is still on the record"
        default: ""
        }
    }

    private var aboutSites: String {
        switch self {
        case .unknownSite(let party, let site): "\(party) has declared no site \(site)"
        case .nothingStops(let party): "no pause is called that \(party) would have to stop for"
        case .emulationContradicts(let site):
            "\(site) was declared otherwise as to whether it is emulated"
        case .periodReplayed(let entry): "it is entry \(entry) again"
        case .periodContradicts(let entry):
            "it tells of a time that entry \(entry) tells otherwise"
        case .periodTooOld(let end):
            "the period ended at \(end), and the one after it was overdue already"
        case .unknownDraw(let entry): "entry \(entry) is no draw at a site of this party's"
        case .drawClosed(let entry): "the draw of entry \(entry) is answered or settled already"
        case .drawsUnsettled(let count):
            "\(count) draws of this auditor at the site wait for its finding already"
        case .answerToAnother(let auditor): "the samples were drawn by \(auditor), and by no other"
        case .notTelemetry(let entry, let site):
            "entry \(entry) is no telemetry of \(site) that counts"
        case .notIndependent(let of): "the signer is not independent of \(of)"
        case .findingContradictsLog(let why): "the log shows otherwise: \(why)"
        default: ""
        }
    }

    private var aboutResuming: String {
        switch self {
        case .notMitigated(let cause, let have, let need):
            "\(cause) has a mitigation with \(counted(have, "attestation")) that it works, "
                + "and needs \(need)"
        case .milestonesMissing(let cause, let names):
            "\(cause) is lifted by milestones, and \(listed(names)) "
                + "\(names.count == 1 ? "is" : "are") not attested since it began"
        case .alreadyResuming(let cause): "\(cause) was cleared already and is being resumed"
        case .causeOfAnother(let cause, let party): "\(cause) is about a model of \(party)"
        case .unknownMitigation(let entry): "entry \(entry) is no mitigation"
        case .unknownMilestone(let name): "the agreement has no milestone \(name)"
        default: ""
        }
    }

    private var aboutQuestions: String {
        switch self {
        case .unknownQuestion(let id): "there is no question \(id)"
        case .questionClosed(let id, let status, let time):
            "question \(id) closed at \(time) (\(status.rawValue))"
        case .afterDeadline(let id, let deadline, let closes):
            "it came after \(deadline), the deadline of question \(id); it counts where acceptances "
                + "by enough monitors from before that are logged until \(closes)"
        case .recused(.accused, let accused): "\(accused) has no vote on a question about itself"
        case .recused(.nominatedByAccused, let accused):
            "the member was nominated by \(accused), whom the question is about"
        case .alreadyVoted(let entry):
            "the member has voted already (entry \(entry)); the first vote counts"
        case .unknownCause(let id): "there is no cause \(id)"
        case .causeClosed(let id, let time): "cause \(id) ended at \(time)"
        case .ownCause(let id, let party):
            "\(id) is a pause that \(party) imposed on itself; it alone ends it"
        case .alreadyAsked(let question): "question \(question) is open about the same already"
        case .noRule(let kind): "the agreement has no rule for \(kind.rawValue) questions"
        case .notClear(let cause, let trigger, let reads, let because):
            "\(trigger) reads \(reads.rawValue) on the evidence made since \(cause): \(because)"
        case .notBound(let party): "\(party) has not joined the agreement"
        case .alreadyNonCompliant(let party): "\(party) was found non-compliant already"
        default: ""
        }
    }
}

// MARK: - Parts of sentences

func quoted(_ text: String) -> String { "\"\(text)\"" }

/// `a`, `a and b`, `a, b and c`.
func listed(_ words: [String], or conjunction: String = "and") -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "nobody" }
    return "\(words.dropLast().joined(separator: ", ")) \(conjunction) \(last)"
}

func counted(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
    count == 1 ? "1 \(noun)" : "\(count) \(plural ?? noun + "s")"
}

private func alternatives(_ roles: [Role]) -> String {
    listed(roles.sorted().map(\.rawValue), or: "or")
}
