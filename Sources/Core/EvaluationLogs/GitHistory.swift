// SPDX-License-Identifier: Apache-2.0
import Measurement
import PauseAgreement
import TransparencyLog

/// What a branch took in, as a listing that anybody can make again from the same commit.
///
/// A line a fact, so that people can read it and a digest can stand for it:
///
///     standstill git listing 1
///     commit 6bd5…            the end of the branch
///     exclude *.lock          patterns that count as generated, besides what .gitattributes says
///     generated api/gen.go    a path that counts as generated
///     change 6bd5… 91ab…,77cd… 1763798400 ada@example.org
///     trailer Co-authored-by: Claude <noreply@anthropic.com>
///     lines 120 8 Sources/Gate.swift
///
/// A change is one commit, with its parents, its committer's time and its author's address; its
/// lines are those against its first parent.
///
/// Source: docs/IMPORTERS.md, "git".
public struct GitHistory: Sendable {
    /// The end of the branch, by its full name.
    public let commit: String
    public let excluded: [String]
    let generated: Set<String>
    /// By name.
    let changes: [String: Change]
    private let file: String

    struct Change: Sendable {
        let parents: [String]
        let committed: Time
        let author: String
        var trailers: [String] = []
        var files: [(added: Int, path: String)] = []
        var hasBinary = false
    }

    static let heading = "standstill git listing 1"

    /// - Throws: ``MalformedEvidence`` with the line.
    public init(parsing bytes: [UInt8], file: String) throws(MalformedEvidence) {
        var reader = ListingReader(file: file)
        for line in String(decoding: bytes, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        {
            try reader.take(line)
        }
        guard let commit = reader.commit else {
            throw MalformedEvidence(file: file, reason: "it names no commit")
        }
        self.commit = commit
        self.file = file
        excluded = reader.excluded
        generated = reader.generated
        changes = reader.changes
    }

    private struct ListingReader {
        let file: String
        var commit: String?
        var excluded: [String] = []
        var generated: Set<String> = []
        var changes: [String: Change] = [:]
        private var current: String?
        private var number = 0

        init(file: String) { self.file = file }

        mutating func take(_ line: Substring) throws(MalformedEvidence) {
            number += 1
            if number == 1 {
                guard line == GitHistory.heading else {
                    throw fail("“\(GitHistory.heading)” was expected")
                }
                return
            }
            guard !line.isEmpty else { return }
            let kind = line.prefix { $0 != " " }
            let rest = line.dropFirst(kind.count + 1)
            switch kind {
            case "commit": commit = String(rest)
            case "exclude": excluded.append(String(rest))
            case "generated": generated.insert(String(rest))
            case "change": try takeChange(rest)
            case "trailer":
                guard let current else { throw fail("a trailer before any change") }
                changes[current]?.trailers.append(String(rest))
            case "lines": try takeLines(rest)
            default: throw fail("no line begins with “\(kind)”")
            }
        }

        private mutating func takeChange(_ rest: Substring) throws(MalformedEvidence) {
            let parts = rest.split(separator: " ", maxSplits: 3)
            guard parts.count == 4, let seconds = Int64(parts[2]),
                (0..<100_000_000_000).contains(seconds)
            else { throw fail("a change has a name, parents, a time and an author") }
            let name = String(parts[0])
            let parents = parts[1] == "-" ? [] : parts[1].split(separator: ",").map(String.init)
            guard
                changes.updateValue(
                    Change(
                        parents: parents, committed: Time(milliseconds: seconds * 1000),
                        author: String(parts[3])),
                    forKey: name) == nil
            else { throw fail("the change \(name) stands there twice") }
            current = name
        }

        private mutating func takeLines(_ rest: Substring) throws(MalformedEvidence) {
            let parts = rest.split(separator: " ", maxSplits: 2)
            guard let current, parts.count == 3 else {
                throw fail("lines added, lines removed and a path were expected")
            }
            if parts[0] == "-" {
                changes[current]?.hasBinary = true
                return
            }
            guard let added = Int(parts[0]), (0..<1_000_000_000).contains(added) else {
                throw fail("a count of lines was expected")
            }
            changes[current]?.files.append((added, String(parts[2])))
        }

        private func fail(_ reason: String) -> MalformedEvidence {
            MalformedEvidence(file: file, place: "line \(number)", reason: reason)
        }
    }
}

// MARK: - Figures

extension GitHistory {
    /// One change on the first-parent chain, with all that it brought in.
    private struct Merged {
        let committed: Time
        /// Lines that it adds against its first parent, generated and excluded files left out.
        let added: Int
        /// How many of them, by the lines of the commits it brought in, bear an attribution.
        let attributed: Double
        let authors: Set<String>
    }

    /// What a period took in.
    struct Tally {
        var changes = 0
        var added = 0
        var attributed = 0.0
        var authors: Set<String> = []
        var days = 0.0
        var engineers = 0.0

        /// Added lines for each engineer and day.
        var rate: Double { Double(added) / engineers / days }
    }

    /// The figure that the recipe defines.
    ///
    /// - `ai-share`: of the lines that the period's changes add, those that bear an attribution.
    /// - `lines-per-engineer`: added lines for each engineer and day.
    /// - `multiplier`: that against the same of a base period.
    public func figure(_ recipe: Recipe) throws -> EvaluationFigure {
        guard recipe["commit"] == commit, recipe["exclude"] ?? "" == excluded.joined(separator: ",")
        else {
            throw MalformedEvidence(
                file: file, reason: "the listing is of \(commit), and the recipe of another one")
        }
        let patterns = (recipe["trailers"] ?? "").split(separator: ",").map {
            TrailerPattern(String($0))
        }
        let merged = try self.merged(patterns)
        let kind = recipe["figure"] ?? "ai-share"
        let heads = try engineers(recipe["engineers"])
        let now = try tally(merged, recipe["since"], recipe["until"], heads.first)
        guard now.added > 0 else {
            throw UnusableSample("no line was added in the period, so there is nothing to count")
        }
        var figure: EvaluationFigure
        switch kind {
        case "ai-share":
            guard !patterns.isEmpty else {
                throw UnfitSelection(
                    "no trailer is said to attribute a change", hint: "name one with --trailer")
            }
            figure = EvaluationFigure(
                value: now.attributed / Double(now.added), unit: .share, suite: suite,
                method: "lines added by merged changes with one of the trailers "
                    + (recipe["trailers"] ?? "") + ", of all lines added; generated files left out")
        case "lines-per-engineer":
            figure = EvaluationFigure(
                value: now.rate, unit: .count, suite: suite,
                method:
                    "lines added by merged changes, a day and engineer; generated files left out")
        case "multiplier":
            let base = try tally(
                merged, recipe.required("base-since"), recipe.required("base-until"), heads.last)
            guard base.added > 0 else {
                throw UnusableSample("no line was added in the base period")
            }
            figure = EvaluationFigure(
                value: now.rate / base.rate, unit: .ratio, suite: suite,
                method:
                    "lines added by merged changes, a day and engineer, against the base period; "
                    + "generated files left out")
            if base.changes < 30 {
                figure.remarks.add(
                    .thinBase, "the base period has only \(base.changes) merged changes")
            }
            figure.details["base"] = base.json
        default:
            throw UnfitSelection(
                "no figure \(InspectAudit.line(kind))",
                hint: "it is ai-share, lines-per-engineer or multiplier")
        }
        figure.n = now.changes
        figure.made = recipe["until"].flatMap { Time($0) } ?? changes[commit]?.committed
        figure.details["period"] = now.json
        figure.details["commit"] = .string(commit)
        if changes.values.contains(where: \.hasBinary) {
            figure.remarks.add(.binaryFiles, "binary files have no lines and are left out")
        }
        return figure
    }

    private var suite: String { "git \(commit.prefix(12)), first-parent changes" }

    /// The number of engineers in the period and in the base, where somebody gave it.
    private func engineers(_ text: String?) throws(UnfitSelection) -> [Double] {
        guard let text else { return [] }
        let numbers = text.split(separator: ",").compactMap { Double($0) }
        guard (1...2).contains(numbers.count), numbers.allSatisfy({ $0 > 0 && $0.isFinite }) else {
            throw UnfitSelection(
                "“\(text)” is no number of engineers", hint: "N, or N,BASE for a multiplier")
        }
        return numbers
    }

    private func tally(
        _ merged: [Merged], _ since: String?, _ until: String?, _ engineers: Double?
    ) throws(UnfitSelection) -> Tally {
        guard let since = since.flatMap({ Time($0) }), let until = until.flatMap({ Time($0) }),
            since < until
        else {
            throw UnfitSelection(
                "the period has no beginning and end in order",
                hint: "--since and --until take days such as 2026-01-01")
        }
        var tally = Tally()
        for change in merged where since <= change.committed && change.committed < until {
            tally.changes += 1
            tally.added += change.added
            tally.attributed += change.attributed
            tally.authors.formUnion(change.authors)
        }
        tally.days = Double((until - since).milliseconds) / 86_400_000
        tally.engineers = engineers ?? Double(max(1, tally.authors.count))
        return tally
    }

    /// The changes of the first-parent chain that the listing reaches, oldest first.
    private func merged(_ patterns: [TrailerPattern]) throws(MalformedEvidence) -> [Merged] {
        var chain: [String] = []
        var next: String? = commit
        while let name = next, let change = changes[name], chain.count <= changes.count {
            chain.append(name)
            next = change.parents.first
        }
        guard !chain.isEmpty else {
            throw MalformedEvidence(
                file: file, reason: "the commit \(commit) is not among its changes")
        }
        // What an older change of the chain brought in, no later one brings in again.
        var taken = Set(chain)
        return chain.reversed().compactMap { name in
            guard let change = changes[name] else { return nil }
            let brought = bring(from: change.parents.dropFirst(), &taken)
            let parts = brought.isEmpty ? [change] : brought
            let lines = parts.map(added)
            let all = lines.reduce(0, +)
            let own = zip(parts, lines).reduce(0) { sum, part in
                sum + (isAttributed(part.0, patterns) ? part.1 : 0)
            }
            // A merge that bears the trailer itself is attributed as a whole.
            let share = isAttributed(change, patterns) ? 1 : all > 0 ? Double(own) / Double(all) : 0
            let total = added(change)
            return Merged(
                committed: change.committed, added: total, attributed: Double(total) * share,
                authors: Set(parts.map { $0.author.lowercased() }))
        }
    }

    /// The commits without merges that are reached from here and that nobody has taken.
    private func bring(
        from starts: ArraySlice<String>, _ taken: inout Set<String>
    ) -> [Change] {
        var waiting = Array(starts)
        var found: [Change] = []
        while let name = waiting.popLast() {
            guard let change = changes[name], taken.insert(name).inserted else { continue }
            if change.parents.count < 2 { found.append(change) }
            waiting += change.parents
        }
        return found
    }

    private func added(_ change: Change) -> Int {
        change.files.reduce(0) { $0 + (generated.contains($1.path) ? 0 : $1.added) }
    }

    private func isAttributed(_ change: Change, _ patterns: [TrailerPattern]) -> Bool {
        change.trailers.contains { trailer in patterns.contains { $0.matches(trailer) } }
    }
}

extension GitHistory.Tally {
    var json: JSON {
        .object([
            "changes": .integer(Int64(changes)), "lines": .integer(Int64(added)),
            "attributed-lines": .decimal(attributed.description),
            "authors": .integer(Int64(authors.count)),
            "engineers": .decimal(engineers.description), "days": .decimal(days.description),
        ])
    }
}

/// A trailer by its key and a part of its value: `co-authored-by:claude`.
///
/// Case does not matter; without a value every trailer of that key fits.
struct TrailerPattern {
    private let key: String
    private let part: String

    init(_ text: String) {
        let halves = text.split(separator: ":", maxSplits: 1).map { String($0).trimmingSpaces }
        key = halves.first?.lowercased() ?? ""
        part = halves.count > 1 ? halves[1].lowercased() : ""
    }

    func matches(_ trailer: String) -> Bool {
        let halves = trailer.split(separator: ":", maxSplits: 1)
        guard halves.count == 2, String(halves[0]).trimmingSpaces.lowercased() == key else {
            return false
        }
        return part.isEmpty || halves[1].lowercased().contains(part)
    }
}
