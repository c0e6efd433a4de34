// SPDX-License-Identifier: Apache-2.0
import EvaluationLogs

/// A ZIP archive of which single members are read, however large the whole is.
///
/// Reads stored, deflated and Zstandard members (also of several frames) and ZIP64. Refuses
/// encrypted members, two members of one name, members that overlap, and what expands beyond the
/// limits. Keeps the directory in memory and nothing of the members.
public struct ZipArchive: Sendable {
    public let file: EvidenceFile
    /// In the order of the central directory.
    public let members: [Member]
    private let places: [String: Int]
    private let limits: Limits

    /// One file in the archive.
    public struct Member: Hashable, Sendable {
        public let name: String
        let method: UInt16
        let checksum: UInt32
        let compressedSize: Int
        /// The size in bytes after expanding.
        public let size: Int
        let headerOffset: Int
    }

    /// How far an archive may expand before it counts as an attack.
    public struct Limits: Sendable {
        /// Members in the directory.
        public var members = 1_000_000
        /// Bytes of the directory itself.
        public var directoryBytes = 512 << 20
        /// Expanded bytes for each byte in the archive; deflate cannot reach more than 1,032.
        public var expansion = 2_000
        /// Expanded bytes of one member, and of one that is read into memory.
        public var memberBytes = 16 << 30
        public var bytesInMemory = 256 << 20

        public init() {}
    }

    /// Reads the central directory.
    ///
    /// - Throws: ``MalformedEvidence`` where the file is no such archive, ``UnreadableFile`` where
    ///   the disk fails.
    ///
    /// Source: PKWARE APPNOTE.TXT 6.3.10, 4.3.
    public init(_ file: EvidenceFile, limits: Limits = Limits()) throws {
        let members = try ZipDirectory(file: file, limits: limits).members()
        var places: [String: Int] = [:]
        for (place, member) in members.enumerated() {
            guard places.updateValue(place, forKey: member.name) == nil else {
                throw MalformedEvidence(
                    file: file.path, place: member.name,
                    reason: "the archive holds this member twice")
            }
        }
        self.file = file
        self.members = members
        self.places = places
        self.limits = limits
    }

    /// The member of that name, nil where there is none.
    public func member(_ name: String) -> Member? { places[name].map { members[$0] } }

    /// Expands a member and passes it on in pieces, in order; checks its length and checksum.
    ///
    /// The pieces came before the checks: take nothing from them if this throws.
    ///
    /// - Throws: ``MalformedEvidence`` naming file and member.
    public func forEachPiece(of member: Member, _ body: (UnsafeRawBufferPointer) throws -> Void)
        throws
    {
        func fail(_ reason: String) -> MalformedEvidence {
            MalformedEvidence(file: file.path, place: member.name, reason: reason)
        }
        try checkSize(of: member)
        var decoder: any PieceDecoder
        switch member.method {
        case 0: decoder = StoredPieces()
        case 8: decoder = InflatedPieces()
        case 93: decoder = ZstandardPieces()
        default: throw fail("compression method \(member.method) is not known here")
        }
        var checksum = Checksum()
        var expanded = 0
        var offset = try dataOffset(of: member)
        var remaining = member.compressedSize
        while remaining > 0 {
            let piece = try file.read(at: offset, count: min(remaining, 1 << 18))
            offset += piece.count
            remaining -= piece.count
            do {
                try decoder.decode(piece) { output in
                    expanded += output.count
                    guard expanded <= member.size else { throw fail("it is longer than it says") }
                    checksum.update(output)
                    try body(output)
                }
            } catch let error as UndecodablePiece {
                throw fail(error.reason)
            }
        }
        guard decoder.isComplete else { throw fail("its compressed data ends too early") }
        guard expanded == member.size else {
            throw fail("it has \(expanded) bytes and says \(member.size)")
        }
        guard checksum.value == member.checksum else { throw fail("its checksum is wrong") }
    }

    /// A whole member that is small enough to hold.
    ///
    /// - Throws: ``MalformedEvidence`` naming file and member.
    public func bytes(of member: Member) throws -> [UInt8] {
        guard member.size <= limits.bytesInMemory else {
            throw MalformedEvidence(
                file: file.path, place: member.name, reason: "\(member.size) bytes are too many")
        }
        var result: [UInt8] = []
        result.reserveCapacity(member.size)
        try forEachPiece(of: member) { result.append(contentsOf: $0) }
        return result
    }

    private func checkSize(of member: Member) throws {
        let (allowed, overflow) = member.compressedSize.multipliedReportingOverflow(
            by: limits.expansion)
        let most = overflow ? limits.memberBytes : min(limits.memberBytes, allowed + (1 << 20))
        guard member.size <= most else {
            throw MalformedEvidence(
                file: file.path, place: member.name,
                reason: "\(member.compressedSize) bytes expand to \(member.size), more than allowed"
            )
        }
    }

    /// Where the member's data begins, behind its local header.
    private func dataOffset(of member: Member) throws -> Int {
        func fail(_ reason: String) -> MalformedEvidence {
            MalformedEvidence(file: file.path, place: member.name, reason: reason)
        }
        let fixed = 30
        guard member.headerOffset + fixed <= file.size else {
            throw fail("its header lies outside")
        }
        let header = try file.read(at: member.headerOffset, count: fixed)[...]
        guard header.littleEndian(at: 0, count: 4) == 0x0403_4b50 else {
            throw fail("it has no header")
        }
        let nameLength = Int(header.littleEndian(at: 26, count: 2))
        let start =
            member.headerOffset + fixed + nameLength + Int(header.littleEndian(at: 28, count: 2))
        guard start + member.compressedSize <= file.size else {
            throw fail("the file ends within it")
        }
        let name = try file.read(at: member.headerOffset + fixed, count: nameLength)
        guard name.elementsEqual(member.name.utf8) else {
            throw fail("its header has another name")
        }
        guard header.littleEndian(at: 8, count: 2) == UInt64(member.method) else {
            throw fail("its header and the directory disagree about its compression")
        }
        return start
    }
}
