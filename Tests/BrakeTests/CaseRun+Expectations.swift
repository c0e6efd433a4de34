// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

@testable import Brake

extension CaseRun {
    var state: State { play.brake.state(at: time) }

    mutating func expect(_ words: inout Words) throws {
        if words.skip("brake") {
            try same(state.brake.rawValue, try words.take("a state"))
            try since(&words, state.brakeSince)
        } else if words.skip("epoch") {
            try same(state.order.epoch, Int64(try words.number()))
        } else if words.skip("order until day") {
            try same(state.order.expiry, try words.day())
        } else if words.skip("in force") {
            try same(state.entryIntoForce.inForce, true)
            if let entered = state.entryIntoForce.since { try since(&words, entered) }
        } else if words.skip("not in force") {
            try notInForce(&words)
        } else if words.skip("bound") {
            try same(state.entryIntoForce.in, try words.names(before: []).sorted())
        } else if words.skip("trigger") {
            try trigger(&words)
        } else if words.skip("measure") {
            try measure(&words, among: state.order.measures)
        } else if words.skip("measures") {
            try measures(&words, state.order.measures)
        } else if words.skip("no measures") {
            try same(state.order.measures.map(\.measure.rawValue), [])
        } else if words.skip("after silence since day") {
            try silence(&words)
        } else if words.skip("monitors") {
            try expectMonitors(&words)
        } else if words.skip("no open question") {
            try same(state.questions.filter { $0.status == .open }.map(\.id), [])
        } else if words.skip("party") {
            try party(&words)
        } else if try expectEvaluations(&words) {
            return
        } else if try expectEvidence(&words) {
            return
        } else if words.skip("model") {
            try model(&words)
        } else if words.rest.hasPrefix("the cause") || words.rest.hasPrefix("c") {
            try expectCause(&words)
        } else {
            try expectQuestion(&words)
        }
    }

    func same<T: Equatable>(_ found: T, _ expected: T) throws {
        guard found == expected else { throw Misread("expected \(expected), found \(found)") }
    }

    /// What stands after a colon is a part of the reason.
    func because(_ words: inout Words, _ reason: String) throws {
        guard words.skip(":") else { return }
        try contains(words.rest, in: reason)
        words = Words("")
    }

    private func since(_ words: inout Words, _ found: Time) throws {
        if words.skip("since day") { try same(found, try words.day()) }
    }

    private func notInForce(_ words: inout Words) throws {
        let force = state.entryIntoForce
        try same(force.inForce, false)
        let reasons = force.waitsFor + force.out.map { "\($0.party): \($0.reason)" }
        try because(&words, reasons.joined(separator: "; "))
    }

    private func party(_ words: inout Words) throws {
        let name = try words.take("a party")
        guard let party = state.parties.first(where: { $0.name == name }) else {
            throw Misread("there is no party \(name)")
        }
        try same(party.state.rawValue, try words.take("a state"))
        try since(&words, party.since)
        try because(&words, party.reason ?? "")
    }

    private func trigger(_ words: inout Words) throws {
        let name = try words.take("a trigger")
        guard words.skip("for") else { throw Misread("expected \"for\"") }
        let subject = try subject(&words)
        guard
            let found = state.triggers.first(where: { $0.trigger == name && $0.subject == subject })
        else { throw Misread("\(name) is not about \(subject)") }
        if words.skip("pending") {
            try same(found.verdict, .clear)
            guard let pending = found.pending else { throw Misread("it is not pending") }
            try since(&words, pending.since)
            if words.skip("until day") { try same(pending.due, try words.day()) }
        } else if words.skip("kept until day") {
            try same(found.verdict, .crossed)
            try same(found.keptUntil, try words.day())
        } else {
            try same(found.verdict.rawValue, try words.take("a verdict"))
            try same(found.pending, nil)
            try since(&words, found.since)
        }
        try because(&words, found.reason.tree)
    }

    private func model(_ words: inout Words) throws {
        let name = try words.take("a model")
        guard let model = state.models.first(where: { $0.name == name }) else {
            throw Misread("there is no model \(name)")
        }
        let not = words.skip("not")
        guard words.skip("released") else { throw Misread("expected \"released\"") }
        try same(model.released == nil, not)
    }

    // MARK: - Measures

    private func measures(_ words: inout Words, _ found: [MeasureInForce]) throws {
        try same(found.map(\.measure.rawValue), try words.names(before: []))
    }

    /// `pause on a, b from day 3 because of c4, c7`.
    private func measure(_ words: inout Words, among found: [MeasureInForce]) throws {
        let name = try words.take("a measure")
        guard words.skip("on") else { throw Misread("expected \"on\"") }
        let parties = try words.names(before: ["from"]).sorted()
        guard
            let measure = found.first(where: {
                $0.measure.rawValue == name && $0.parties == parties
            })
        else { throw Misread("no such measure; there are \(found.map(\.sentence))") }
        guard words.skip("from day") else { throw Misread("expected \"from day\"") }
        try same(measure.from, try words.day())
        guard words.skip("because of") else { throw Misread("expected \"because of\"") }
        var causes: [String] = []
        while !words.isAtEnd, !words.skip("over") {
            _ = words.skip("and")
            causes.append(try cause(&words))
        }
        try same(measure.causes, causes)
        guard !words.isAtEnd else { return }
        let figure = ExactDecimal(try words.take("a threshold"))
        guard words.skip("FLOP") else { throw Misread("expected a threshold in FLOP") }
        try same(measure.threshold, figure)
    }

    private func silence(_ words: inout Words) throws {
        let since = try words.day()
        let epoch = words.skip("at epoch") ? Int64(try words.number()) : state.order.epoch
        guard words.skip(":") else { throw Misread("expected a colon") }
        let order = play.brake.order(
            at: time, size: TreeSize(UInt64(play.leaves.count)), root: MerkleHash.empty,
            silentSince: since)
        try same(order.silentSince, since)
        try same(order.epoch, epoch)
        if words.skip("no measures") {
            try same(order.measures.map(\.measure.rawValue), [])
        } else if words.skip("measure") {
            try measure(&words, among: order.measures)
        } else {
            guard words.skip("measures") else { throw Misread("expected \"measures\"") }
            try measures(&words, order.measures)
        }
    }

    // MARK: - Causes and questions

    private func expectCause(_ words: inout Words) throws {
        let id = try cause(&words)
        let standing = try words.take("a standing")
        guard let cause = state.order.causes.first(where: { $0.id == id }) else {
            guard standing == "ended" else { throw Misread("\(id) has ended, or never was") }
            guard play.brake.causes.place(of: id) != nil else {
                throw Misread("there never was \(id)")
            }
            return
        }
        try same(cause.standing.rawValue, standing)
        if words.skip("before stage 1") { try same(cause.stage, nil) }
        if words.skip("in stage") { try same(cause.stage, try words.number() - 1) }
        if words.skip("held") { try same(cause.next, nil) }
        if words.skip("next day") { try same(cause.next, try words.day()) }
        if words.skip("until day") { try same(cause.expiry, try words.day()) }
    }

    private func expectQuestion(_ words: inout Words) throws {
        let id = try question(&words)
        guard let question = state.questions.first(where: { $0.id == id }) else {
            throw Misread("there is no question \(id)")
        }
        if words.skip("without") {
            let name = try words.take("a member")
            guard let recused = question.recused.first(where: { $0.party == name }) else {
                throw Misread("\(name) has a vote on \(id)")
            }
            try because(&words, recused.reason)
        } else if words.skip("has") {
            try same(question.yes, try words.number())
            guard words.skip("yes") else { throw Misread("expected \"yes\"") }
        } else {
            try same(question.status.rawValue, try words.take("a status"))
            if words.skip("until day") { try same(question.deadline, try words.day()) }
            if words.skip("at day") { try same(question.closed, try words.day()) }
            try because(&words, question.closing ?? question.sentence)
        }
    }
}

extension TriggerReason {
    /// All sentences of the tree, each on its line after its verdict.
    var tree: String {
        (["\(verdict.rawValue): \(text)"] + children.map(\.tree)).joined(separator: "\n")
    }
}
