// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

@testable import Brake

// What is expected of sites, mitigations, milestones and self-reports.
extension CaseRun {
    /// Whether the sentence is one of these.
    func expectEvidence(_ words: inout Words) throws -> Bool {
        if words.skip("site") {
            try expectSite(&words)
        } else if words.skip("milestone") {
            try expectMilestone(&words)
        } else if words.rest.hasPrefix("the mitigation") || words.rest.hasPrefix("e") {
            try expectMitigation(&words)
        } else if words.skip("self-reports by") {
            try same(state.selfReports.map(\.party), try words.names(before: []))
        } else {
            return false
        }
        return true
    }

    private func expectSite(_ words: inout Words) throws {
        let name = try words.take("a site")
        guard words.skip("of") else { throw Misread("expected \"of\"") }
        let party = try words.take("a party")
        guard let site = state.sites.first(where: { $0.party == party && $0.site == name }) else {
            throw Misread("\(party) has no site \(name)")
        }
        if words.skip("correctness") {
            try same(site.correctness.rawValue, try words.take("a verdict"))
        } else if words.skip("completeness") {
            try same(site.completeness.rawValue, try words.take("a verdict"))
        } else if words.skip("not silent") {
            try same(site.silentSince, nil)
        } else if words.skip("silent since day") {
            try same(site.silentSince, try words.day())
        } else if words.skip("stopped since day") {
            try same(site.stop?.since, try words.day())
        } else if words.skip("not stopped") {
            try same(site.stop?.since, nil)
        } else if words.skip("covered from day") {
            let from = try words.day()
            guard words.skip("to day") else { throw Misread("expected \"to day\"") }
            try same(site.covered, CoveredSpan(from: from, to: try words.day()))
        } else if words.skip("due day") {
            try same(site.due, try words.day())
        } else if words.skip("could have missed") {
            try same(site.couldHaveMissed, try blindSpot(&words))
        } else if words.skip("without events") {
            try same(site.events.map(\.name), [])
        } else if words.skip("with events") {
            try same(site.events.map(\.name), try words.names(before: [":"]))
            try because(&words, site.events.map(\.effect).joined(separator: "\n"))
        }
        try because(&words, site.reason)
    }

    private func expectMilestone(_ words: inout Words) throws {
        let name = try words.take("a milestone")
        guard let milestone = state.milestones.first(where: { $0.name == name }) else {
            throw Misread("there is no milestone \(name)")
        }
        let not = words.skip("not")
        guard words.skip("reached") else { throw Misread("expected \"reached\"") }
        try same(milestone.reached, !not)
    }

    /// `the mitigation has 2 pass and 1 fail`.
    private func expectMitigation(_ words: inout Words) throws {
        let entry = try entry(&words, kind: .mitigation, "the mitigation")
        guard let mitigation = state.mitigations.first(where: { $0.entry == entry }) else {
            throw Misread("entry \(entry) is no mitigation that counts")
        }
        guard words.skip("has") else { throw Misread("expected \"has\"") }
        while !words.isAtEnd {
            _ = words.skip("and")
            let count = try words.number()
            guard let verdict = Verdict(rawValue: try words.take("a verdict")) else {
                throw Misread("expected pass, fail or unknown")
            }
            try same(mitigation.attestations.count { $0.verdict == verdict }, count)
        }
    }
}
