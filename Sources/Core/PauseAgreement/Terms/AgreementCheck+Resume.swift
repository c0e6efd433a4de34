// SPDX-License-Identifier: Apache-2.0

extension AgreementCheck {
    mutating func resume() {
        let terms = agreement.resume
        let log = agreement.log
        let gap = log.tick + log.tick + log.skew
        if terms.opensAfter < gap {
            refuse(
                ["resume", "opens-after"], "gates would not all open at one tick",
                hint: "needs at least twice log.tick + log.skew, \(gap)")
        }
        mitigations()
        stages()
        stagesOfMilderCauses()
        for milestone in terms.milestones { attesters(of: milestone) }
    }

    private mutating func mitigations() {
        let needed = agreement.resume.requiredMitigations
        for developer in agreement.parties where developer.doesCoveredWork {
            let there = agreement.attesters(ofMitigationsBy: developer.name).count
            guard there < needed else { continue }
            refuse(
                ["resume", "requires-mitigations"],
                "can never be met: \(there) auditors and evaluators are independent of \"\(developer.name)\"",
                hint: "auditors and evaluators attest that a mitigation works")
            return
        }
    }

    // MARK: - The way back

    private mutating func stages() {
        guard let pause = agreement.measure(.pause) else { return }
        let written = text["resume"]?["stages"]?.elements ?? []
        var before = (measure: Measure.pause, threshold: pause.threshold)
        for (number, stage) in agreement.resume.stages.enumerated() {
            let node = number < written.count ? written[number] : nil
            descend(to: stage, from: before, node, path: ["resume", "stages[\(number + 1)]"])
            before = (stage.measure, stage.threshold)
        }
    }

    private mutating func descend(
        to stage: ResumeStage, from before: (measure: Measure, threshold: ExactDecimal),
        _ node: TermNode?, path: [String]
    ) {
        func place(_ key: String) -> AgreementReading.Place {
            node?.place(of: [key]) ?? text.place(of: ["resume", "stages"])
        }
        if stage.measure > before.measure {
            refuse(
                at: place("measure"), path + ["measure"],
                "\(stage.measure.rawValue) after \(before.measure.rawValue) would be a step back",
                hint: "each stage is milder than the one before")
        } else if stage.threshold < before.threshold {
            refuse(
                at: place("threshold"), path + ["threshold"],
                "must not be below the \(before.threshold) FLOP before it",
                hint: "each stage lets more work through than the one before")
        } else if stage.measure == before.measure && stage.threshold == before.threshold {
            refuse(
                at: place("measure"), path + ["measure"],
                "nothing would resume: the same measure from the same threshold stands before it",
                hint: "needs a milder measure or a higher threshold")
        }
        if stage.lasts < agreement.log.tick {
            refuse(
                at: place("lasts"), path + ["lasts"], "would be over before an order says it",
                hint: "needs at least log.tick, \(agreement.log.tick)")
        }
    }

    /// What was called as less than a pause begins its way out at the stages that are no stronger,
    /// and the first of these must not catch more than the measure itself did.
    private mutating func stagesOfMilderCauses() {
        guard let pause = agreement.measure(.pause) else { return }
        let written = text["resume"]?["stages"]?.elements ?? []
        let called = Set(agreement.triggers.map(\.measure)).subtracting([.notify, .pause])
        for measure in called.sorted() {
            guard let own = agreement.measure(measure)?.threshold,
                let number = agreement.resume.stages.firstIndex(where: { $0.measure <= measure }),
                agreement.resume.stages[number].threshold < own,
                // Otherwise it is stricter than the pause, which has been said.
                pause.threshold <= agreement.resume.stages[number].threshold
            else { continue }
            refuse(
                at: number < written.count
                    ? written[number].place(of: ["threshold"]) : text.place(of: ["resume"]),
                ["resume", "stages[\(number + 1)]", "threshold"],
                "after a call of \(measure.rawValue) it would catch more than \(measure.rawValue) itself, from \(own) FLOP",
                hint: "each stage lets more work through than what was called")
        }
    }

    // MARK: - Milestones

    private mutating func attesters(of milestone: Milestone) {
        let path = ["resume", "milestones", milestone.name]
        let attesters = agreement.parties.filter(\.mayAttest)
        let jurisdictions = Set(attesters.map(\.jurisdiction)).count
        if milestone.attesters > attesters.count {
            refuse(
                path + ["attesters"], "can never be met: \(attesters.count) parties may attest it",
                hint: "auditors, evaluators, the authority and states attest; developers do not")
        }
        if milestone.jurisdictions > jurisdictions {
            refuse(
                path + ["jurisdictions"],
                "can never be met: those who may attest it come from \(jurisdictions)")
        } else if milestone.jurisdictions > milestone.attesters {
            refuse(
                path + ["jurisdictions"],
                "can never be met: \(milestone.attesters) attesters are enough, and each has one")
        }
    }

    /// What lifts a measure that no single model can clear, and what holds after it was lifted.
    mutating func lifting() {
        for trigger in agreement.triggers {
            let path = ["triggers", trigger.name]
            guard trigger.subject == .frontier else {
                notForModels(trigger, path)
                continue
            }
            if trigger.measure > .notify, trigger.liftedBy.isEmpty {
                refuse(
                    path, "can never be lifted: no milestone is named in \"lifted-by\"",
                    hint: "no single model clears the frontier; milestones of \"resume\" do")
            }
            unknownMilestones(trigger, path)
            rearming(trigger, path)
        }
    }

    private mutating func notForModels(_ trigger: Trigger, _ path: [String]) {
        let hint = "a model leaves a pause by mitigation and another evaluation"
        if !trigger.liftedBy.isEmpty {
            refuse(path + ["lifted-by"], "only for triggers of the frontier", hint: hint)
        }
        if !trigger.rearm.isEmpty {
            refuse(path + ["rearm"], "only for triggers of the frontier", hint: hint)
        }
    }

    private mutating func unknownMilestones(_ trigger: Trigger, _ path: [String]) {
        let known = agreement.resume.milestones.map(\.name)
        let written = text["triggers"]?[trigger.name]?["lifted-by"]
        for name in trigger.liftedBy where !known.contains(name) {
            let element = written?.elements?.first { $0.scalar == name }
            refuse(
                at: element?.place ?? text.place(of: path), path + ["lifted-by"],
                "no milestone is named \"\(name)\"", hint: Spelling.hint(for: name, among: known))
        }
    }

    /// What was lifted once must not be called again by the same figure the day after, nor ever be
    /// out of reach.
    private mutating func rearming(_ trigger: Trigger, _ path: [String]) {
        guard let leaf = trigger.condition.leaves.first, !trigger.rearm.isEmpty,
            let indicator = agreement.indicator(leaf.indicator)
        else { return }
        // Where the first figure is wrong already, the others need no word of their own.
        guard indicator.subject == .frontier, leaf.canCross(indicator) else { return }
        if trigger.liftedBy.isEmpty {
            refuse(path + ["rearm"], "nothing is lifted, so nothing is rearmed")
        }
        let written = text["triggers"]?[trigger.name]?["rearm"]?.elements ?? []
        var before = leaf.figure
        for (number, figure) in trigger.rearm.enumerated() {
            let at = number < written.count ? written[number].place : text.place(of: path)
            let path = path + ["rearm[\(number + 1)]"]
            if !leaf.with(before).isEasier(than: figure) {
                let needed = leaf.isFloor ? "above" : "below"
                refuse(
                    at: at, path,
                    "must be \(needed) the figure before it, \(before) \(indicator.unit.rawValue)",
                    hint: "after each lifting the trigger is harder to cross")
            } else if !leaf.with(figure).canCross(indicator) || !indicator.isValid(figure) {
                refuse(
                    at: at, path,
                    "lies outside of what \(indicator.name) can show, from \(indicator.least) to "
                        + "\(indicator.most) \(indicator.unit.rawValue)",
                    hint: "a trigger that can never cross again is no trigger")
            }
            before = figure
        }
    }
}

extension Comparison {
    /// Whether it is crossed sooner than it would be against this other figure.
    fileprivate func isEasier(than other: ExactDecimal) -> Bool {
        isFloor ? figure < other : other < figure
    }
}

extension Indicator {
    fileprivate func isValid(_ figure: ExactDecimal) -> Bool { least <= figure && figure <= most }
}
