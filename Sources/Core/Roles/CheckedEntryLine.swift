// SPDX-License-Identifier: Apache-2.0

public import Brake
import PauseAgreement
public import TransparencyLog

/// A line of a bundle that was read as an entry's, whose leaf was hashed and whose signatures were
/// checked.
///
/// Needs no other line: many can be read at once. ``BundleVerification`` takes them in order.
public struct CheckedEntryLine: Sendable {
    let index: LogIndex
    let outcome: Result<CheckedLeaf, Problem>

    enum Problem: Error {
        /// No line of a bundle.
        case malformed(String)
        /// Another line than an entry's, by its name.
        case other(String)
        case entry(LogFailure)
    }

    /// Reads a line without its newline.
    ///
    /// - Parameters:
    ///   - index: that of the entry that has to stand here.
    ///   - law: of the same agreement, folded over anything or nothing: its keys count.
    public init(_ line: [UInt8], index: LogIndex, law: Brake) {
        self.index = index
        do throws(Problem) {
            outcome = .success(try CheckedEntryLine.check(line, index, law))
        } catch {
            outcome = .failure(error)
        }
    }

    /// The line for a leaf as the log holds it, without its newline. The leaf is not looked at.
    public static func line(of leaf: [UInt8]) -> [UInt8] {
        before + leaf + between + Array(MerkleHash.leaf(leaf).base64.utf8) + after
    }

    private static func check(
        _ line: [UInt8], _ index: LogIndex, _ law: Brake
    ) throws(Problem) -> CheckedLeaf {
        let (leaf, hash): ([UInt8], Digest)
        if let plain = plainParts(of: line) {
            (leaf, hash) = plain
        } else {
            (leaf, hash) = try parts(of: line)
        }
        let checked: CheckedLeaf
        do throws(LogFailure) {
            checked = try CheckedLeaf(leaf, index: index, law: law)
        } catch {
            throw .entry(error)
        }
        guard checked.hash == hash else {
            let reason =
                "the leaf hash is \(hash.base64), but the entry's is \(checked.hash.base64)"
            throw .entry(LogFailure(index: index, reason: reason))
        }
        return checked
    }

    private static let before = Array(#"{"entry":"#.utf8)
    private static let between = Array(#","leaf":""#.utf8)
    private static let after = Array(#""}"#.utf8)
    /// 32 bytes in base64.
    private static let hashLength = 44

    /// Leaf and hash, taken out where a canonical line has them. The leaf is read strictly
    /// afterwards, so that the line is canonical if the leaf is; nil sends the line to the parser.
    private static func plainParts(of line: [UInt8]) -> (leaf: [UInt8], hash: Digest)? {
        let tail = between.count + hashLength + after.count
        let end = line.count - tail
        guard end > before.count, line.starts(with: before),
            line[end...].starts(with: between), line[(line.count - after.count)...] == after[...]
        else { return nil }
        let text = line[(end + between.count)..<(line.count - after.count)]
        guard let hash = Digest(base64: String(decoding: text, as: UTF8.self)) else { return nil }
        return (Array(line[before.count..<end]), hash)
    }

    private static func parts(
        of line: [UInt8]
    ) throws(Problem) -> (leaf: [UInt8], hash: Digest) {
        let parsed: Bundle.Line
        do throws(MalformedStatement) {
            parsed = try Bundle.Line(parsing: line)
        } catch {
            throw .malformed("\(error)")
        }
        guard case .entry(let leaf, let hash) = parsed else { throw .other(parsed.name) }
        return (leaf.canonicalBytes, hash)
    }
}
