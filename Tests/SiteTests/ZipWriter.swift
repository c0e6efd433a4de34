// SPDX-License-Identifier: Apache-2.0

/// Writes small archives for tests, wrong ones too.
struct ZipWriter {
    struct Entry {
        var name: String
        var content: [UInt8]
        var method: UInt64 = 0
        var compressed: [UInt8]?
        var checksum: UInt64?
        var statedSize: Int?
        var flags: UInt64 = 0
        var localName: String?
    }

    var entries: [Entry]
    /// Whether sizes and offsets stand in ZIP64 fields.
    var isLong = false
    var comment: [UInt8] = []
    /// An offset for every local header in the directory, to make members overlap.
    var statedOffset: Int?

    init(_ entries: [Entry]) {
        self.entries = entries
    }

    init(_ contents: [(String, String)]) {
        entries = contents.map { Entry(name: $0.0, content: Array($0.1.utf8)) }
    }

    var bytes: [UInt8] {
        var archive: [UInt8] = []
        var directory: [UInt8] = []
        for entry in entries {
            let offset = statedOffset ?? archive.count
            let stored = entry.compressed ?? entry.content
            let checksum = entry.checksum ?? UInt64(Self.checksum(entry.content))
            let size = entry.statedSize ?? entry.content.count
            let local = entry.localName ?? entry.name
            archive += little(0x0403_4b50, 4) + little(45, 2) + little(entry.flags, 2)
            archive += little(entry.method, 2) + little(0, 4) + little(checksum, 4)
            archive += little(UInt64(stored.count), 4) + little(UInt64(size), 4)
            archive +=
                little(UInt64(local.utf8.count), 2) + little(0, 2) + Array(local.utf8) + stored
            let extra =
                isLong
                ? little(1, 2) + little(24, 2) + little(UInt64(size), 8)
                    + little(UInt64(stored.count), 8) + little(UInt64(offset), 8) : []
            let unset: UInt64 = 0xffff_ffff
            directory +=
                little(0x0201_4b50, 4) + little(45, 2) + little(45, 2) + little(entry.flags, 2)
            directory += little(entry.method, 2) + little(0, 4) + little(checksum, 4)
            directory += little(isLong ? unset : UInt64(stored.count), 4)
            directory += little(isLong ? unset : UInt64(size), 4)
            directory += little(UInt64(entry.name.utf8.count), 2) + little(UInt64(extra.count), 2)
            directory += little(0, 2) + little(0, 2) + little(0, 2) + little(0, 4)
            directory += little(isLong ? unset : UInt64(offset), 4) + Array(entry.name.utf8) + extra
        }
        return archive + directory + end(start: archive.count, size: directory.count)
    }

    private func end(start: Int, size: Int) -> [UInt8] {
        let count = UInt64(entries.count)
        var result: [UInt8] = []
        if isLong {
            result += little(0x0606_4b50, 4) + little(44, 8) + little(45, 2) + little(45, 2)
            result += little(0, 4) + little(0, 4) + little(count, 8) + little(count, 8)
            result += little(UInt64(size), 8) + little(UInt64(start), 8)
            result +=
                little(0x0706_4b50, 4) + little(0, 4) + little(UInt64(start + size), 8)
                + little(1, 4)
        }
        result += little(0x0605_4b50, 4) + little(0, 2) + little(0, 2)
        result += little(isLong ? 0xffff : count, 2) + little(isLong ? 0xffff : count, 2)
        result += little(isLong ? 0xffff_ffff : UInt64(size), 4)
        result += little(isLong ? 0xffff_ffff : UInt64(start), 4)
        return result + little(UInt64(comment.count), 2) + comment
    }

    private func little(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
    }

    /// CRC-32, bit by bit.
    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(0xffff_ffff) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in
                sum & 1 == 1 ? (sum >> 1) ^ 0xedb8_8320 : sum >> 1
            }
        }
    }
}
