// SPDX-License-Identifier: Apache-2.0
import Disclosure
import Foundation
import PauseAgreement
import Testing
import TransparencyLog

/// The example is sound, complete, and not crossed by anything that has been published.
@Suite struct ExampleAgreementTests {
    @Test func `the example is accepted without a warning`() throws {
        let reading = Agreement.read(yaml: ExampleAgreement.yaml)
        #expect(reading.problems == [])
        let agreement = try #require(reading.agreement)
        #expect(agreement.name == "frontier-pause")
        #expect(agreement.id == agreement.terms)
        #expect(agreement.parties.count == 26)
        #expect(agreement.parties(with: .state).map(\.name) == ["norland", "sudland", "westland"])
        #expect(agreement.parties.filter(\.doesCoveredWork).count == 5)
        #expect(agreement.decisions.council == (1...7).map { "councillor-\($0)" })
        #expect(agreement.monitoring == MonitorTerms(signatures: 3, liars: 1))
        #expect(agreement.party("councillor-3")?.nominatedBy == "sudland")
        #expect(agreement.party("developer-a")?.share == ExactDecimal("0.22"))
        #expect(agreement.indicator("horizon-50")?.most == ExactDecimal(coefficient: 960))
        #expect(agreement.measure(.pause)?.grace == TimeSpan("72 h"))
        #expect(agreement.measure(.pause)?.threshold == ExactDecimal("1e23"))
        #expect(
            agreement.clocks
                == Clocks(
                    lease: TimeSpan("2 h")!, provisional: TimeSpan("30 d")!, lapsesTo: .notify,
                    accessAnswer: TimeSpan("14 d"), comment: TimeSpan("14 d")))
        #expect(agreement.onExpiry.sunset == Time("2031-01-01"))
        #expect(agreement.exit.notice == TimeSpan("90 d"))
        #expect(agreement.disclosure.audience == "declared")
        let trigger = try #require(agreement.trigger("research-automation"))
        #expect(
            trigger.condition.leaves.map {
                "\($0.indicator) \($0.direction.rawValue) \($0.figure) \($0.bound)"
            } == [
                "horizon-50 at-least 480 lower", "doubling-time at-most 120 upper",
                "research-tasks at-least 0.8 lower",
            ])
    }

    @Test func `the example says how a stop is shown and how work comes back`() throws {
        let agreement = try ExampleAgreement.agreement()
        func span(_ text: String) -> TimeSpan { TimeSpan(text)! }
        #expect(
            agreement.verification
                == VerificationTerms(
                    stopEvidenceWithin: span("48 h"), telemetryEvery: span("1 h"),
                    telemetryLateAfter: span("15 min"), answerWithin: span("12 h"),
                    inspectionEvery: span("7 d"), article: "7"))
        let resume = agreement.resume
        #expect(resume.requiresClearTrigger && resume.requiresElicitation)
        #expect(resume.requiredMitigations == 1)
        #expect(resume.opensAfter == span("24 h"))
        #expect(
            resume.stages == [
                ResumeStage(measure: .slow, threshold: ExactDecimal("1e24")!, lasts: span("14 d")),
                ResumeStage(measure: .cap, threshold: ExactDecimal("1e25")!, lasts: span("14 d")),
            ])
        #expect(resume.milestones.map(\.name) == ["alignment", "oversight", "society"])
        #expect(resume.milestones.allSatisfy { $0.attesters == 2 && $0.jurisdictions == 2 })
        #expect(resume.milestones.map(\.article) == ["8.7", "8.6", "8.8"])
        let trigger = try #require(agreement.trigger("frontier-acceleration"))
        #expect(trigger.liftedBy == ["alignment", "oversight", "society"])
        #expect(trigger.rearm == [ExactDecimal(coefficient: 30)])
        #expect(agreement.trigger("research-automation")?.liftedBy == [])
    }

    @Test func `the milestones say what the prose says`() throws {
        let prose = try ExampleAgreement.text("agreement.md").split(separator: "\n")
        for milestone in try ExampleAgreement.agreement().resume.milestones {
            let line = try #require(prose.first { $0.hasPrefix("\(milestone.article) ") })
            #expect(line.hasSuffix(milestone.text), "\(milestone.name)")
        }
    }

    @Test func `lists are sorted whatever the order of writing`() throws {
        let agreement = try ExampleAgreement.agreement()
        func isSorted(_ names: [String]) -> Bool {
            zip(names, names.dropFirst()).allSatisfy { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        }
        #expect(isSorted(agreement.parties.map(\.name)))
        #expect(isSorted(agreement.indicators.map(\.name)))
        #expect(isSorted(agreement.triggers.map(\.name)))
        #expect(isSorted(agreement.decisions.council))
        for measure in agreement.measures { #expect(isSorted(measure.activities.map(\.rawValue))) }
        #expect(agreement.measures.map(\.measure) == Measure.allCases)
        #expect(
            agreement.decisions.rules.map(\.kind)
                == QuestionKind.allCases.filter {
                    $0 != .challenge
                })
    }

    // MARK: - The prose

    @Test func `the reading names the authentic text beside it`() throws {
        let prose = try #require(try ExampleAgreement.agreement().prose)
        #expect(prose.file == "agreement.md")
        #expect(Digest.sha256(Array(try ExampleAgreement.text(prose.file).utf8)) == prose.digest)
    }

    @Test func `every article that is cited stands in the prose`() throws {
        let agreement = try ExampleAgreement.agreement()
        let lines = try ExampleAgreement.text("agreement.md").split(separator: "\n")
        #expect(agreement.articles.count == 26)
        #expect(agreement.articles.prefix(4) == ["2", "3", "4.1", "4.2"])
        for article in agreement.articles {
            let start = article.contains(".") ? "\(article) " : "## Article \(article) "
            #expect(lines.contains { $0.hasPrefix(start) }, "article \(article)")
        }
    }

    // MARK: - Keys and accessions

    @Test func `each party's published key is the one that the agreement holds`() throws {
        let agreement = try ExampleAgreement.agreement()
        for party in agreement.parties {
            #expect(
                try ExampleAgreement.key(party.name).publicKey == party.keys.first, "\(party.name)")
        }
        #expect(try ExampleAgreement.key("node").publicKey == agreement.log.key)
    }

    @Test func `each party but the monitors has a published key for what is sealed for it`() throws
    {
        let agreement = try ExampleAgreement.agreement()
        for party in agreement.parties {
            guard !party.roles.contains(.monitor) else {
                #expect(party.sealingKey == nil, "\(party.name)")
                continue
            }
            let pem = try ExampleAgreement.text("keys/\(party.name).sealing.pem")
            #expect(
                try SealingPrivateKey(pem: pem).publicKey == party.sealingKey, "\(party.name)")
        }
    }

    @Test
    func `each party but the monitors has an accession that speaks of parties of the agreement`()
        throws
    {
        let agreement = try ExampleAgreement.agreement()
        let names = Set(agreement.parties.map(\.name))
        for party in agreement.parties where !party.roles.contains(.monitor) {
            let text = try ExampleAgreement.text("accessions/\(party.name).json")
            var fields = try Fields(JSON.parse(Array(text.utf8)))
            guard case .accession(let accession) = try Predicate(.accession, &fields) else {
                Issue.record("no accession")
                continue
            }
            try fields.end()
            #expect(
                accession.commitment.of.map { names.isSuperset(of: $0) } ?? true, "\(party.name)")
            if party.doesCoveredWork {
                #expect(
                    accession.commitment
                        == Commitment(
                            atLeast: 4, of: ["a", "b", "c", "d", "e"].map { "developer-\($0)" },
                            leastShare: ExactDecimal("0.55"), leastJurisdictions: 2))
            }
        }
    }

    // MARK: - The demonstration's clocks

    /// Path, real duration, the demonstration's.
    private func durations() throws -> [[String]] {
        try ExampleAgreement.text("demo-durations.tsv").split(separator: "\n")
            .map { $0.components(separatedBy: "\t") }
    }

    @Test func `the example with the demonstration's durations is accepted as well`() throws {
        var block = BlockText(ExampleAgreement.yaml)
        for row in try durations() {
            try #require(row.count == 3, "\(row)")
            let stage = row[0].split(separator: ".").dropFirst(2).first.flatMap { Int($0) }
            let isInside = row[0].contains(".for.")
            let path = row[0].split(separator: ".").dropLast(isInside ? 1 : 0)
            let line =
                try block.line(of: stage == nil ? path.joined(separator: ".") : "resume.stages")
                + (stage ?? 0)
            let member = try #require(row[0].split(separator: ".").last)
            let parts = block.lines[line].components(separatedBy: "\(member): \(row[1])")
            try #require(parts.count == 2, "\(row[0]) is not \(row[1])")
            #expect(["", "}"].contains(parts[1]), "\(row[0])")
            block.lines[line] = parts.joined(separator: "\(member): \(row[2])")
        }
        let reading = Agreement.read(yaml: block.text)
        #expect(reading.problems == [])
        let agreement = try #require(reading.agreement)
        #expect(agreement.clocks.lease == TimeSpan("7 s"))
        #expect(agreement.decisions.rule(for: .determination)?.deadline == TimeSpan("60 s"))
        #expect(agreement.id != (try ExampleAgreement.agreement().id))
    }

    @Test func `every duration of the example has one for the demonstration, of a second at least`()
        throws
    {
        let rows = try durations()
        for row in rows {
            let demo = try #require(TimeSpan(row[2]), "\(row)")
            #expect(demo >= TimeSpan("1 s")!, "\(row)")
        }
        // Times in tests are when something is reported, and stay as they are.
        let timed = BlockText(ExampleAgreement.yaml).lines.prefix { $0 != "tests:" }.filter {
            let value = $0.split(separator: ":", maxSplits: 1).last.map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            if $0.contains("lasts: ") || $0.contains("over: ") { return true }
            return !$0.contains("{") && value.flatMap { TimeSpan($0) } ?? .zero > .zero
        }
        #expect(timed.count == rows.count)
    }

    // MARK: - Published figures

    private static let published = ExampleAgreement.root
        .appending(path: "../shared/data/metr/th1_1_headline.csv").standardizedFileURL
    private static let isWanted =
        FileManager.default.fileExists(atPath: published.path)
        || ProcessInfo.processInfo.environment["CI"] != nil

    @Test(.enabled(if: isWanted, "skipped: METR's published figures are not here"))
    func `no published horizon crosses the trigger`() throws {
        let trigger = try #require(try ExampleAgreement.agreement().trigger("research-automation"))
        let horizon = try #require(trigger.condition.leaves.first)
        let rows = try String(contentsOf: ExampleAgreementTests.published, encoding: .utf8)
            .split(whereSeparator: \.isNewline).map { $0.components(separatedBy: ",") }
        let column = try #require(rows.first?.firstIndex(of: "p50_lo"))
        let bounds = try rows.dropFirst().map { try #require(ExactDecimal($0[column])) }
        #expect(bounds.count == 25)
        #expect(bounds.allSatisfy { $0 < horizon.figure })
        // The highest of them comes within a factor of two, so the figure is no formality.
        let highest = try #require(bounds.max())
        #expect(ExactDecimal(coefficient: 240) < highest)
    }
}
