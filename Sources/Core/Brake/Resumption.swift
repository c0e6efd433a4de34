// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

/// How far a cause that the council cleared has come on its way out.
struct Resumption: Sendable {
    /// The stage now; nil while the measure still holds as it did.
    var stage: Int?
    /// When the next stage begins, or the cause ends.
    var next: Time
    /// Whether a stage waits for a question to be decided first.
    var isHeld = false
    /// How the cause stood when it was cleared.
    let before: CauseInForce.Standing
    /// The stages after it, of the agreement's those that are not stronger than what held.
    let stages: [ResumeStage]
}

extension Brake {
    /// The stages after a cause; one that has lapsed already just ends.
    private func stages(after cause: Cause) -> [ResumeStage] {
        guard cause.standing != .lapsed else { return [] }
        return agreement.resume.stages.filter { $0.measure <= cause.measure }
    }

    /// The council cleared a cause: after a while in which every gate hears of it, the first stage
    /// begins for all at one instant.
    mutating func beginResuming(_ place: Int) {
        let cause = causes[place]
        if let pair = cause.trigger, !triggers[pair.trigger].liftedBy.isEmpty {
            rearm(pair.trigger)
        }
        closeQuestions(about: place, as: .causeCleared(cause.id))
        var opens = clock.later(by: agreement.resume.opensAfter)
        // To be cleared draws nothing out.
        if cause.standing == .lapsed, let expiry = cause.expiry { opens = min(opens, expiry) }
        causes[place].resumption = Resumption(
            stage: nil, next: opens, before: cause.standing, stages: stages(after: cause))
        causes[place].standing = .resuming
        scheduleStage(place)
    }

    /// The instant of a stage; an older deadline of a cause that went another way since is none.
    mutating func beginStage(_ place: Int, due: Time) {
        guard causes[place].ended == nil, let resumption = causes[place].resumption,
            resumption.next <= due, !resumption.isHeld
        else { return }
        if let pair = causes[place].trigger, board[pair].determination != nil {
            causes[place].resumption?.isHeld = true
            causes[place].expiry = agreement.onExpiry.sunset
            derived.isStale = true
            return
        }
        advanceStage(place)
    }

    private mutating func advanceStage(_ place: Int) {
        guard let resumption = causes[place].resumption else { return }
        let number = resumption.stage.map { $0 + 1 } ?? 0
        guard number < resumption.stages.count else {
            causes[place].resumption = nil
            endCause(place)
            return
        }
        let stage = resumption.stages[number]
        // The same measure over less work goes on; a milder one does not begin before the grace of
        // the one that was called would have ended.
        if stage.measure < causes[place].measure {
            causes[place].measure = stage.measure
            causes[place].from = max(clock, causes[place].from)
            causes[place].holds = causes[place].from <= clock
            causes[place].evidenceOverdue = false
        }
        causes[place].threshold = stage.threshold
        causes[place].resumption?.stage = number
        causes[place].resumption?.next = clock.later(by: stage.lasts)
        causes[place].resumption?.isHeld = false
        scheduleStage(place)
    }

    private mutating func scheduleStage(_ place: Int) {
        guard let resumption = causes[place].resumption else { return }
        let left = resumption.stages.dropFirst(resumption.stage.map { $0 + 1 } ?? 0)
        causes[place].expiry = left.reduce(resumption.next) { $0.later(by: $1.lasts) }
        deadlines.insert(Deadline(time: resumption.next, event: .stage(place)))
        derived.isStale = true
    }

    /// The question that held a stage was not adopted: the way out goes on.
    mutating func goOnResuming(_ place: Int) {
        guard causes[place].ended == nil, causes[place].resumption?.isHeld == true else { return }
        advanceStage(place)
    }

    /// New evidence crossed the trigger on the way out, and the lower quorum says so: what was
    /// called holds again at once, without a grace.
    ///
    /// What was attested before does not clear it a second time.
    mutating func snapBack(_ place: Int, at index: LogIndex) {
        guard let resumption = causes[place].resumption else { return }
        if resumption.before == .lapsed {
            callAnew(place, at: index)
            return
        }
        causes[place].resumption = nil
        causes[place].threshold = nil
        causes[place].attestedAfter = index
        // Before the first milder stage nothing was let go on, so what was called just stays.
        if causes[place].measure < causes[place].called {
            causes[place].measure = causes[place].called
            causes[place].from = max(clock, causes[place].from)
            causes[place].holds = causes[place].from <= clock
            causes[place].evidenceOverdue = false
            schedule(place)
        }
        causes[place].standing = resumption.before
        if resumption.before == .confirmed {
            causes[place].expiry = agreement.onExpiry.sunset
        } else {
            let expiry = clock.later(by: agreement.clocks.provisional)
            causes[place].expiry = expiry
            deadlines.insert(Deadline(time: expiry, event: .causeEnds(place)))
            let matter = Matter(
                trigger: causes[place].trigger, accused: causes[place].accused, cause: place)
            open(.confirmation, on: matter, at: index, noLaterThan: expiry)
        }
        derived.isStale = true
    }

    /// Nobody had confirmed it, and nothing stopped work any longer: a new cause, with its grace.
    private mutating func callAnew(_ place: Int, at index: LogIndex) {
        let cause = causes[place]
        causes[place].resumption = nil
        endCause(place)
        guard let pair = cause.trigger else { return }
        beginCause(pair, accused: cause.accused, at: index)
    }

    /// A trigger that milestones lifted crosses only at the next figure that the agreement names.
    private mutating func rearm(_ place: Int) {
        liftings[place] += 1
        let condition = agreement.triggers[place].condition(afterLiftings: liftings[place])
        weigh { $0.replace(condition, of: place, at: $1) }
    }
}
