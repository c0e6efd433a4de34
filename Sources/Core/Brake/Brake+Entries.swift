// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
import TransparencyLog

extension Brake {
    /// Gives a statement its effect, or says why it has none.
    mutating func apply(_ entry: Entry) -> (signer: String, reason: NoEffect.Reason?) {
        let statement = entry.statement
        let speaker: Speaker
        switch self.speaker(of: entry.envelope) {
        case .failure(let refusal): return ("", .inadmissible(refusal))
        case .success(let found): speaker = found
        }
        let name = roster.name(of: speaker)
        // Whoever folds a foreign log may meet what a faithful node would have refused.
        if let refusal = refusesText(of: statement) ?? refuses(statement, from: speaker) {
            return (name, .inadmissible(refusal))
        }
        if let previous = record.received, entry.received < previous {
            return (name, .stampBeforePrevious(stamp: entry.received, previous: previous))
        }
        if case .opening(let opening) = statement.predicate {
            return (name, begin(opening, at: entry.received))
        }
        guard record.opened else { return (name, .logNotOpened) }
        guard case .party(let party) = speaker else {
            preconditionFailure("the log's key says openings only")
        }
        if let stream = stream(of: statement.predicate, by: party) {
            if let last = record.sequences[stream], statement.sequence <= last {
                return (name, .sequenceNotGrowing(got: statement.sequence, last: last))
            }
            record.sequences[stream] = statement.sequence
        }
        guard !ended else { return (name, .agreementEnded(agreement.onExpiry.sunset)) }
        let saying = AcceptanceBook.Saying(party: party, payload: entry.envelope.payloadDigest)
        let said = time(of: saying, received: entry.received)
        let reason = apply(statement.predicate, by: party, at: entry.index, said: said)
        wait(for: saying, statement.predicate, at: entry.index, reason)
        return (name, reason)
    }

    private mutating func begin(_ opening: Opening, at time: Time) -> NoEffect.Reason? {
        guard opening.rules == Int64(agreement.rules), opening.origin == agreement.log.origin else {
            return .wrongOpening(rules: opening.rules, origin: opening.origin)
        }
        open(at: time)
        return nil
    }

    /// - Parameter said: the stamp, or earlier where monitors had the statement before.
    private mutating func apply(
        _ predicate: Predicate, by party: Int, at index: LogIndex, said: Time
    ) -> NoEffect.Reason? {
        switch predicate {
        case .opening: .inadmissible(.openingNotFirst)
        case .accession(let accession): accede(accession, by: party)
        case .withdrawal: withdraw(party)
        case .model(let registration): register(registration, by: party, at: index)
        case .measurement(let value): measure(value, by: party, at: index)
        case .selfPause(let pause): stop(pause, by: party, at: index)
        case .selfResume(let resume): goOn(resume, by: party)
        case .question(let request): ask(request, at: index)
        case .vote(let vote): self.vote(vote, by: party, of: index, said: said, at: index)
        case .hearing(let hearing): hear(hearing, by: party, at: index, said: said)
        case .site(let site): declare(site, by: party, at: index)
        case .stop(let stop): declare(stop, by: party, at: index)
        case .telemetry(let period): report(period, by: party, at: index, said: said)
        case .draw(let draw): self.draw(draw, by: party, at: index)
        case .answer(let answer): self.answer(answer, by: party, at: index, said: said)
        case .finding(let finding): find(finding, by: party, at: index)
        case .mitigation(let mitigation): mitigate(mitigation, by: party, at: index)
        case .attestation(let attestation): attest(attestation, by: party, at: index)
        case .selfReport(let report): self.report(report, by: party, at: index)
        case .judgement(let judgement): judge(judgement, by: party, at: index)
        case .accessRequest(let request): ask(request, by: party, at: index)
        case .accessAnswer(let answer): self.answer(answer, by: party, at: index)
        case .comment(let comment): self.comment(comment, by: party, at: index)
        case .challenge(let challenge): self.challenge(challenge, by: party, at: index)
        case .monitors(let rotation): rotate(rotation, at: index)
        case .acceptance(let acceptance): accept(acceptance, by: party, at: index)
        }
    }

    func summary(
        of entry: Entry, signer: String, without reason: NoEffect.Reason?
    ) -> EntrySummary {
        let predicate = entry.statement.predicate
        let effect = reason.map {
            Effect.without(NoEffect(reason: $0, clause: clause(for: $0, of: predicate)))
        }
        return EntrySummary(
            index: entry.index, received: entry.received, kind: predicate.kind, signer: signer,
            subject: predicate.subject, effect: effect ?? .effective)
    }

    /// The article behind a lack of effect, where one decides.
    private func clause(for reason: NoEffect.Reason, of predicate: Predicate) -> String? {
        switch reason {
        case .inadmissible(let refusal): refusal.clause
        case .notInForce: agreement.entryIntoForce.article
        case .agreementEnded: agreement.onExpiry.article
        case .conditionStands, .alreadyWithdrawing: agreement.exit.article
        case .releasedUnderOrder: agreement.scope.article
        case .notClear, .notMitigated, .milestonesMissing, .alreadyResuming, .unknownMilestone:
            agreement.resume.article
        case .unknownSite, .nothingStops, .emulationContradicts, .periodReplayed,
            .periodContradicts, .periodTooOld, .drawClosed, .drawsUnsettled, .answerToAnother,
            .notTelemetry,
            .findingContradictsLog:
            agreement.verification.article
        case .alreadyAsked(let id): rule(of: id)
        case .measurementWithdrawn, .alreadyChallenged, .ownMeasurement:
            agreement.decisions.rule(for: .challenge)?.article
        case .questionClosed, .afterDeadline, .recused, .alreadyVoted:
            predicate.subject.flatMap { rule(of: $0) }
        case .notTheRegisteredCheckpoint, .madeInFuture, .staleOnArrival, .newerLogged:
            switch predicate {
            case .measurement(let value): agreement.indicator(value.indicator)?.article
            case .judgement(let judgement): agreement.claim(judgement.claim)?.article
            default: agreement.verification.article
            }
        default: nil
        }
    }

    private func rule(of question: String) -> String? {
        docket.place(of: question).map { docket[$0].rule.article }
    }
}

extension Predicate {
    /// What a list of entries shows that a statement speaks of.
    public var subject: String? {
        switch self {
        case .opening, .accession, .withdrawal: nil
        case .model(let registration): Subject.model(registration.model).description
        case .measurement(let value): value.subject.description
        case .selfPause(let pause): Subject.model(pause.model).description
        case .selfResume(let resume): Subject.model(resume.model).description
        case .question(let request): request.cause ?? request.accused
        case .vote(let vote): vote.question
        case .hearing(let hearing): hearing.question
        case .site(let site): site.site
        case .stop(let stop): stop.site
        case .telemetry(let period): period.site
        case .draw(let draw): "\(draw.party)/\(draw.site)"
        case .answer(let answer): "entry:\(answer.draw)"
        case .finding(let finding): "\(finding.party)/\(finding.site)"
        case .mitigation(let mitigation): mitigation.cause
        case .attestation(let attestation): attestation.about.description
        case .selfReport(let report): report.site
        case .judgement(let judgement): judgement.subject.description
        case .accessRequest(let request): Subject.model(request.model).description
        case .accessAnswer(let answer): "entry:\(answer.request)"
        case .comment(let comment): "entry:\(comment.about)"
        case .challenge(let challenge): "entry:\(challenge.measurement)"
        case .monitors(let rotation): rotation.versionLine
        case .acceptance(let acceptance): acceptance.party
        }
    }
}
