// SPDX-License-Identifier: Apache-2.0

/// What `git log` printed, as a listing.
///
/// Source: git-log(1) with the format below and `--numstat`.
public enum GitLogOutput {
    /// Between the parts stand characters that git lets into no name, address or trailer's key.
    public static let format = "%x01%H%x02%P%x02%ct%x02%ae%x02%(trailers:only=true,unfold=true)%x03"

    /// The paths that changes touch, sorted, each once.
    ///
    /// - Throws: ``MalformedEvidence`` where it is not what git prints.
    public static func paths(in log: [UInt8], of repository: String) throws(MalformedEvidence)
        -> [String]
    {
        var paths: Set<String> = []
        for record in try records(log, repository) { paths.formUnion(record.files.map(\.path)) }
        return paths.sorted()
    }

    /// The listing of these changes.
    ///
    /// - Parameter generated: which of ``paths(in:of:)`` count as generated.
    /// - Throws: ``MalformedEvidence`` where the log is not what git prints.
    public static func listing(
        _ log: [UInt8], commit: String, excluded: [String], generated: [String],
        of repository: String
    ) throws(MalformedEvidence) -> [UInt8] {
        var lines = [GitHistory.heading, "commit \(commit)"]
        lines += excluded.map { "exclude \($0)" }
        lines += generated.sorted().map { "generated \($0)" }
        for record in try records(log, repository) {
            let parents = record.parents.isEmpty ? "-" : record.parents
            lines.append("change \(record.name) \(parents) \(record.time) \(record.author)")
            lines += record.trailers.map { "trailer \($0)" }
            lines += record.files.map { "lines \($0.added) \($0.removed) \($0.path)" }
        }
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    private struct Record {
        var name: Substring
        var parents: String
        var time: Substring
        var author: String
        var trailers: [String]
        var files: [(added: Substring, removed: Substring, path: String)]
    }

    private static func records(
        _ log: [UInt8], _ repository: String
    ) throws(MalformedEvidence) -> [Record] {
        var records: [Record] = []
        for piece in String(decoding: log, as: UTF8.self)
            .split(separator: "\u{1}", omittingEmptySubsequences: true)
            .drop(while: { $0.allSatisfy(\.isWhitespace) })
        {
            let halves = piece.split(
                separator: "\u{3}", maxSplits: 1, omittingEmptySubsequences: false)
            let head = halves[0].split(
                separator: "\u{2}", maxSplits: 4, omittingEmptySubsequences: false)
            guard halves.count == 2, head.count == 5, head[0].utf8.count >= 40 else {
                throw MalformedEvidence(
                    file: repository, reason: "git log printed what is no change")
            }
            var files: [(added: Substring, removed: Substring, path: String)] = []
            for line in halves[1].split(separator: "\n") {
                let parts = line.split(separator: "\t", maxSplits: 2)
                guard parts.count == 3 else {
                    throw MalformedEvidence(
                        file: repository, place: "commit \(head[0])",
                        reason: "git log printed a line that is no count")
                }
                files.append((parts[0], parts[1], String(parts[2])))
            }
            records.append(
                Record(
                    name: head[0],
                    parents: head[1].split(separator: " ").joined(separator: ","),
                    time: head[2], author: oneLine(head[3]),
                    trailers: head[4].split(separator: "\n").map { oneLine($0) }, files: files))
        }
        return records
    }

    /// A listing has a fact a line; an empty one would shift the others.
    private static func oneLine(_ text: Substring) -> String {
        let clean = String(
            text.unicodeScalars.map { $0.value < 32 || $0 == "\u{7f}" ? " " : Character($0) }
        ).trimmingSpaces
        return clean.isEmpty ? "-" : clean
    }
}
