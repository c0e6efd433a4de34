// SPDX-License-Identifier: Apache-2.0
import EvaluationLogs

/// The central directory at the end of a ZIP archive.
///
/// Source: PKWARE APPNOTE.TXT 6.3.10, 4.3.12 to 4.3.16 and 4.5.3.
struct ZipDirectory {
    let file: EvidenceFile
    let limits: ZipArchive.Limits

    private struct Place {
        let offset: Int
        let size: Int
        let count: Int
    }

    func members() throws -> [ZipArchive.Member] {
        let place = try findDirectory()
        guard place.count <= limits.members, place.size <= limits.directoryBytes else {
            throw fail("its directory of \(place.count) members is too large")
        }
        var rest = try file.read(at: place.offset, count: place.size)[...]
        var members: [ZipArchive.Member] = []
        while !rest.isEmpty { members.append(try member(from: &rest)) }
        guard members.count == place.count else {
            throw fail("its directory has \(members.count) members and says \(place.count)")
        }
        try checkOverlaps(members, directory: place)
        return members
    }

    private func findDirectory() throws -> Place {
        // The last record has 22 bytes and a comment of at most 65,535.
        let tailSize = min(file.size, 22 + 65_535)
        guard tailSize >= 22 else { throw fail("it is no ZIP archive") }
        let tail = try file.read(at: file.size - tailSize, count: tailSize)[...]
        for start in stride(from: tailSize - 22, through: 0, by: -1) {
            guard tail[start] == 0x50, tail.littleEndian(at: start, count: 4) == 0x0605_4b50,
                Int(tail.littleEndian(at: start + 20, count: 2)) == tailSize - start - 22
            else { continue }
            return try place(from: tail[start...], at: file.size - tailSize + start)
        }
        throw fail("it is no ZIP archive, or its end is missing")
    }

    private func place(from record: ArraySlice<UInt8>, at offset: Int) throws -> Place {
        let count = record.littleEndian(at: 10, count: 2)
        let size = record.littleEndian(at: 12, count: 4)
        let start = record.littleEndian(at: 16, count: 4)
        guard record.littleEndian(at: 4, count: 2) == record.littleEndian(at: 6, count: 2) else {
            throw fail("it is spread over several files")
        }
        if count == 0xffff || size == 0xffff_ffff || start == 0xffff_ffff {
            return try longPlace(before: offset)
        }
        return try checked(offset: start, size: size, count: count, end: offset)
    }

    private func longPlace(before end: Int) throws -> Place {
        guard end >= 20 else { throw fail("its ZIP64 record is missing") }
        let locator = try file.read(at: end - 20, count: 20)[...]
        guard locator.littleEndian(at: 0, count: 4) == 0x0706_4b50,
            let offset = Int(exactly: locator.littleEndian(at: 8, count: 8)),
            offset <= end - 20 - 56
        else { throw fail("its ZIP64 record is missing") }
        let record = try file.read(at: offset, count: 56)[...]
        guard record.littleEndian(at: 0, count: 4) == 0x0606_4b50 else {
            throw fail("its ZIP64 record is missing")
        }
        return try checked(
            offset: record.littleEndian(at: 48, count: 8),
            size: record.littleEndian(at: 40, count: 8),
            count: record.littleEndian(at: 32, count: 8), end: offset)
    }

    private func checked(offset: UInt64, size: UInt64, count: UInt64, end: Int) throws -> Place {
        guard let offset = Int(exactly: offset), let size = Int(exactly: size),
            let count = Int(exactly: count), offset <= end, size <= end - offset
        else { throw fail("its directory lies outside the file") }
        return Place(offset: offset, size: size, count: count)
    }

    private func member(from rest: inout ArraySlice<UInt8>) throws -> ZipArchive.Member {
        guard rest.count >= 46, rest.littleEndian(at: 0, count: 4) == 0x0201_4b50 else {
            throw fail("its directory is damaged")
        }
        let nameLength = Int(rest.littleEndian(at: 28, count: 2))
        let extraLength = Int(rest.littleEndian(at: 30, count: 2))
        let length = 46 + nameLength + extraLength + Int(rest.littleEndian(at: 32, count: 2))
        guard rest.count >= length else { throw fail("its directory is damaged") }
        let start = rest.startIndex
        let nameBytes = rest[start + 46..<start + 46 + nameLength]
        guard let name = String(validating: nameBytes, as: UTF8.self), !name.utf8.contains(0) else {
            throw fail("it holds a name that is not UTF-8")
        }
        guard rest.littleEndian(at: 8, count: 2) & 1 == 0 else {
            throw MalformedEvidence(file: file.path, place: name, reason: "it is encrypted")
        }
        var numbers = ZipNumbers(
            size: rest.littleEndian(at: 24, count: 4),
            compressedSize: rest.littleEndian(at: 20, count: 4),
            offset: rest.littleEndian(at: 42, count: 4))
        numbers.widen(by: rest[start + 46 + nameLength..<start + 46 + nameLength + extraLength])
        guard let size = Int(exactly: numbers.size), let offset = Int(exactly: numbers.offset),
            let compressedSize = Int(exactly: numbers.compressedSize),
            offset <= file.size, compressedSize <= file.size - offset
        else {
            throw MalformedEvidence(
                file: file.path, place: name, reason: "it lies outside the file")
        }
        defer { rest = rest.dropFirst(length) }
        return ZipArchive.Member(
            name: name, method: UInt16(rest.littleEndian(at: 10, count: 2)),
            checksum: UInt32(rest.littleEndian(at: 16, count: 4)), compressedSize: compressedSize,
            size: size, headerOffset: offset)
    }

    /// Overlapping members let a small file expand to any size; no honest writer makes them.
    private func checkOverlaps(_ members: [ZipArchive.Member], directory: Place) throws {
        let sorted = members.sorted { $0.headerOffset < $1.headerOffset }
        let nextStarts = sorted.dropFirst().map(\.headerOffset) + [directory.offset]
        for (member, next) in zip(sorted, nextStarts)
        where member.headerOffset + 30 + member.name.utf8.count + member.compressedSize > next {
            throw MalformedEvidence(
                file: file.path, place: member.name, reason: "it overlaps what comes after it")
        }
    }

    private func fail(_ reason: String) -> MalformedEvidence {
        MalformedEvidence(file: file.path, reason: reason)
    }
}

/// The three numbers of a directory entry that ZIP64 may move to an extra field.
private struct ZipNumbers {
    var size: UInt64
    var compressedSize: UInt64
    var offset: UInt64

    mutating func widen(by extra: ArraySlice<UInt8>) {
        var rest = extra
        while rest.count >= 4 {
            let length = Int(rest.littleEndian(at: 2, count: 2))
            guard rest.count >= 4 + length else { return }
            if rest.littleEndian(at: 0, count: 2) == 1 {
                var field = rest.dropFirst(4).prefix(length)
                // Only those that do not fit stand here, always in this order.
                for number in [\ZipNumbers.size, \.compressedSize, \.offset]
                where self[keyPath: number] == 0xffff_ffff && field.count >= 8 {
                    self[keyPath: number] = field.littleEndian(at: 0, count: 8)
                    field = field.dropFirst(8)
                }
                return
            }
            rest = rest.dropFirst(4 + length)
        }
    }
}
