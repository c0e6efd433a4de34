// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

/// Whether what is named so comes first: by indicator or claim, subject, signer, entry.
///
/// Subjects by bytes: two of them can be equal to Swift and still be two.
func precedes(
    _ a: (topic: String, subject: Subject, signer: String, entry: LogIndex),
    _ b: (topic: String, subject: Subject, signer: String, entry: LogIndex)
) -> Bool {
    if a.topic != b.topic { return a.topic < b.topic }
    if a.subject < b.subject { return true }
    if b.subject < a.subject { return false }
    return a.signer != b.signer ? a.signer < b.signer : a.entry < b.entry
}

extension Brake {
    func historyStandings() -> [HistoryStanding] {
        revisions.all.map { place, series in
            HistoryStanding(
                indicator: agreement.indicators[place.slot.topic].name,
                subject: subject(at: place.slot.subject), signer: roster.parties[place.signer].name,
                count: series.count, revisions: series.revisions.map { standing(of: $0) })
        }
        .sorted {
            precedes(
                ($0.indicator, $0.subject, $0.signer, LogIndex(0)),
                ($1.indicator, $1.subject, $1.signer, LogIndex(0)))
        }
    }

    private func standing(of revision: Revision) -> RevisionStanding {
        RevisionStanding(
            entry: revision.entry, received: revision.received, value: revision.value,
            interval: revision.interval, made: revision.made, stage: revision.stage,
            suite: revision.suite, assurance: revision.assurance, corrects: revision.corrects,
            reason: revision.reason, challenge: revision.challenge?.id,
            outcome: revision.challenge.flatMap { status(of: $0) },
            withdrawn: revision.isWithdrawn)
    }

    private func status(of question: QuestionNumber) -> QuestionStatus? {
        docket.place(of: question.id).map { docket[$0].status }
    }

    func judgementStandings() -> [JudgementStanding] {
        law.evidence.all.flatMap { _, record in
            record.held.compactMap { item -> JudgementStanding? in
                guard case .judged(let judgement) = item.content else { return nil }
                return JudgementStanding(
                    signer: roster.parties[item.signer].name, entry: item.entry,
                    judgement: judgement, stale: item.stale)
            }
        }
        .sorted {
            precedes(
                ($0.judgement.claim, $0.judgement.subject, $0.signer, $0.entry),
                ($1.judgement.claim, $1.judgement.subject, $1.signer, $1.entry))
        }
    }

    func scheduleStandings() -> [ScheduleStanding] {
        law.schedules.map { slot, schedule in
            let indicator = agreement.indicators[slot.topic]
            return ScheduleStanding(
                indicator: indicator.name, subject: subject(at: slot.subject),
                every: schedule.every, newest: schedule.newest, due: schedule.due,
                missed: schedule.missed, clause: indicator.article)
        }
        .sorted {
            precedes(
                ($0.indicator, $0.subject, "", LogIndex(0)),
                ($1.indicator, $1.subject, "", LogIndex(0)))
        }
    }

    func accessStandings() -> [AccessStanding] {
        evaluations.requests.map { key, access in
            let model = models[key.model]
            return AccessStanding(
                evaluator: roster.parties[key.evaluator].name, entry: access.entry, at: access.at,
                model: model.name,
                developer: model.developer.map { roster.parties[$0].name } ?? "",
                access: access.request.access, what: access.request.what, due: access.due,
                overdue: access.answer == nil && (access.due.map { $0 < clock } ?? false),
                answer: access.answer.map { answer in
                    AccessStanding.Answer(
                        entry: answer.entry, at: answer.at, access: answer.answer.access,
                        reason: answer.answer.reason,
                        inTime: access.due.map { answer.at <= $0 } ?? true)
                })
        }
        .sorted { $0.entry < $1.entry }
    }

    func commentStandings() -> [CommentStanding] {
        evaluations.comments.flatMap { about, remarks in
            remarks.map { party, remark in
                CommentStanding(
                    about: about, party: roster.parties[party].name, entry: remark.entry,
                    at: remark.at, text: remark.text, inTime: remark.isInTime)
            }
        }
        .sorted { $0.entry < $1.entry }
    }

    func challengeStandings() -> [ChallengeStanding] {
        challenges.made.map { made in
            ChallengeStanding(
                entry: made.entry, party: roster.parties[made.party].name,
                measurement: made.challenge.measurement, value: made.challenge.value,
                unit: made.challenge.unit, interval: made.challenge.interval,
                reason: made.challenge.reason, question: made.question.id,
                outcome: status(of: made.question) ?? .open)
        }
    }
}
