// SPDX-License-Identifier: Apache-2.0
public import EvaluationLogs

extension METRRuns {
    /// - Throws: ``MalformedEvidence`` with line and column, ``UnreadableFile`` where the disk
    ///   fails.
    public static func read(_ file: EvidenceFile) throws -> METRRuns {
        try METRRuns(parsing: file.readAll(limit: limit), file: file.path)
    }
}

extension METRHeadline {
    /// - Throws: ``MalformedEvidence`` with line and column, ``UnreadableFile`` where the disk
    ///   fails.
    public static func read(_ file: EvidenceFile) throws -> METRHeadline {
        try METRHeadline(parsing: file.readAll(limit: METRRuns.limit), file: file.path)
    }

    /// Whether the file's header is that of published horizons rather than of runs.
    public static func matches(_ file: EvidenceFile) throws -> Bool {
        matches(try file.read(at: 0, count: min(file.size, 4_096)))
    }
}
