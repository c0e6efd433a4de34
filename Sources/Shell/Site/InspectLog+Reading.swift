// SPDX-License-Identifier: Apache-2.0
public import EvaluationLogs
import TransparencyLog

extension InspectLog {
    /// Reads a `.eval` archive or a `.json` log; which of the two it is is told by its first bytes.
    ///
    /// Keeps of each sample only its scores, its metadata and what speaks against it, so that a log
    /// of a gigabyte needs little memory.
    ///
    /// - Throws: ``MalformedEvidence`` naming file and member, ``UnreadableFile`` where the disk
    ///   fails.
    public static func read(_ file: EvidenceFile) throws -> InspectLog {
        let start = try file.read(at: 0, count: min(4, file.size))
        if start.starts(with: Array("PK".utf8)) { return try read(ZipArchive(file)) }
        let collector = LogCollector(file: file.path, place: nil)
        try collector.collect { push in
            try file.forEachPiece { piece in try piece.withUnsafeBytes(push) }
        }
        return try collector.log(
            isFinished: true, samples: collector.samples,
            origin: collector.samples.isEmpty ? .nowhere : .samples)
    }

    private static func read(_ archive: ZipArchive) throws -> InspectLog {
        let finished = archive.member("header.json")
        guard let header = finished ?? archive.member("_journal/start.json") else {
            throw MalformedEvidence(
                file: archive.file.path, reason: "it holds no header.json, so it is no Inspect log")
        }
        let collector = LogCollector(file: archive.file.path, place: header.name)
        try collector.collect { try archive.forEachPiece(of: header, $0) }
        if let reductions = archive.member("reductions.json") {
            collector.reductions = try parse(archive, reductions)
        }
        let (samples, origin) = try readSamples(of: archive)
        return try collector.log(isFinished: finished != nil, samples: samples, origin: origin)
    }

    private static func readSamples(of archive: ZipArchive) throws -> ([Sample], SampleOrigin) {
        let members = archive.members.filter {
            $0.name.hasPrefix("samples/") && $0.name.hasSuffix(".json")
        }
        if !members.isEmpty {
            let samples = try members.map { member in
                let collector = SampleCollector(
                    file: archive.file.path, place: member.name, root: [])
                try collector.collect { try archive.forEachPiece(of: member, $0) }
                guard let sample = collector.samples.first else {
                    throw MalformedEvidence(
                        file: archive.file.path, place: member.name, reason: "it is no sample")
                }
                return sample
            }
            return (samples, .samples)
        }
        guard let summaries = archive.member("summaries.json") else { return ([], .nowhere) }
        let collector = SampleCollector(
            file: archive.file.path, place: summaries.name, root: ["[]"])
        try collector.collect { try archive.forEachPiece(of: summaries, $0) }
        return (collector.samples, collector.samples.isEmpty ? .nowhere : .summaries)
    }

    private static func parse(_ archive: ZipArchive, _ member: ZipArchive.Member) throws -> JSON {
        do {
            return try JSON.parse(
                archive.bytes(of: member), numbers: .anyAsWritten, maximumDepth: 200)
        } catch let error as MalformedJSON {
            throw MalformedEvidence(
                file: archive.file.path, place: member.name, reason: error.description)
        }
    }
}
