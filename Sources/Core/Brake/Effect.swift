// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
public import TransparencyLog

/// Whether a logged statement changed anything.
public enum Effect: Hashable, Sendable {
    case effective
    case without(NoEffect)
}

/// Why a logged statement changed nothing; `sentence` in Explanation.swift has the words.
public struct NoEffect: Hashable, Sendable {
    public let reason: Reason
    /// The article that decides, where one does.
    public let clause: String?

    public init(reason: Reason, clause: String?) {
        self.reason = reason
        self.clause = clause
    }

    public enum Reason: Hashable, Sendable {
        // The log itself
        case wrongOpening(rules: Int64, origin: String)
        case logNotOpened
        case inadmissible(Refusal)
        case stampBeforePrevious(stamp: Time, previous: Time)
        case sequenceNotGrowing(got: Int64, last: Int64)
        case agreementEnded(Time)
        case notInForce
        // Joining and leaving
        case conditionStands
        case nothingNew
        case notAcceded
        case alreadyWithdrawing(until: Time)
        // Models
        case modelOfAnother(model: String, developer: String)
        case digestRegistered(model: String)
        case otherCheckpoint(model: String)
        case releasedUnderOrder(causes: [String])
        case unregisteredModel(model: String)
        // Measurements
        case notTheRegisteredCheckpoint(model: String)
        case madeInFuture(made: Time, received: Time, skew: TimeSpan)
        case staleOnArrival(made: Time, staleAfter: TimeSpan)
        case newerLogged(entry: LogIndex)
        case notOwnMeasurement(entry: LogIndex)
        case unknownMeasurement(entry: LogIndex)
        case otherUnit(needed: QuantityUnit)
        case ownMeasurement(entry: LogIndex)
        case measurementWithdrawn(entry: LogIndex)
        case alreadyChallenged(entry: LogIndex)
        // The work of evaluators
        case alreadyRequested(entry: LogIndex)
        case unknownRequest(entry: LogIndex)
        case nothingToCommentOn(entry: LogIndex)
        // Self-pause
        case alreadyPaused(cause: String)
        case noOwnPause(model: String)
        // Questions
        case unknownQuestion(String)
        case questionClosed(String, status: QuestionStatus, at: Time)
        /// After the deadline, and so far without acceptances that show it to be from before.
        case afterDeadline(question: String, deadline: Time, closes: Time)
        case recused(DecisionRule.Recusal, accused: String)
        case alreadyVoted(entry: LogIndex)
        case unknownCause(String)
        case causeClosed(String, at: Time)
        case ownCause(String, party: String)
        case alreadyAsked(question: String)
        case noRule(QuestionKind)
        /// What the trigger reads on the evidence that counts for resuming, in words.
        case notClear(cause: String, trigger: String, reads: TriggerVerdict, because: String)
        /// Attestations that a mitigation works.
        case notMitigated(cause: String, have: Int, need: Int)
        case milestonesMissing(cause: String, names: [String])
        case alreadyResuming(cause: String)
        case notBound(party: String)
        case alreadyNonCompliant(party: String)
        // Sites and inspections
        case unknownSite(party: String, site: String)
        case nothingStops(party: String)
        case emulationContradicts(site: String)
        case periodReplayed(entry: LogIndex)
        case periodContradicts(entry: LogIndex)
        case periodTooOld(to: Time)
        case unknownDraw(entry: LogIndex)
        case drawClosed(entry: LogIndex)
        /// The auditor's own at that site, without a finding.
        case drawsUnsettled(count: Int)
        case answerToAnother(auditor: String)
        case notTelemetry(entry: LogIndex, site: String)
        case notIndependent(of: String)
        case findingContradictsLog(String)
        // Mitigations and milestones
        case causeOfAnother(cause: String, party: String)
        case unknownMitigation(entry: LogIndex)
        case unknownMilestone(String)
        // Monitors
        case monitorsReplaced(version: Int64, by: LogIndex)
        case monitorsNotNext(RotationFailure)
        case noMonitorNow(party: String)
        case alreadyAccepted(entry: LogIndex)
    }
}

/// What a list of entries shows of one.
public struct EntrySummary: Hashable, Sendable {
    public let index: LogIndex
    public let received: Time
    public let kind: StatementKind
    /// The party that said it; the log's origin for the opening; empty where the keys are nobody's.
    public let signer: String
    /// What it speaks of: a subject, a question, a cause or a party.
    public let subject: String?
    public let effect: Effect

    public init(
        index: LogIndex, received: Time, kind: StatementKind, signer: String, subject: String?,
        effect: Effect
    ) {
        self.index = index
        self.received = received
        self.kind = kind
        self.signer = signer
        self.subject = subject
        self.effect = effect
    }
}
