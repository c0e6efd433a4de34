// SPDX-License-Identifier: Apache-2.0

public import Brake
public import PauseAgreement
public import TransparencyLog

/// A leaf that was read and hashed, and whose signatures were checked.
///
/// That is nearly all the work of checking a log, and needs no other leaf: many can be checked at
/// once. What depends on the entries before it is left to ``FlatReplay``, which takes them in
/// order.
public struct CheckedLeaf: Sendable {
    public let leaf: [UInt8]
    public let entry: Entry
    public let hash: Digest
    /// Whether every signature was found valid. Where one was not, the replay looks again, and says
    /// why.
    let isSigned: Bool

    /// Reads a leaf.
    ///
    /// - Parameters:
    ///   - law: of the same agreement, folded over anything or nothing: its keys count.
    ///   - trusting: the signatures were checked before, and the caller compares the root.
    /// - Throws: ``LogFailure`` where it is no leaf.
    public init(
        _ leaf: [UInt8], index: LogIndex, law: Brake, trusting: Bool = false
    ) throws(LogFailure) {
        do throws(MalformedStatement) {
            entry = try Entry(parsing: leaf, index: index)
        } catch {
            throw LogFailure(index: index, reason: "\(error)")
        }
        self.leaf = leaf
        hash = MerkleHash.leaf(leaf)
        isSigned = trusting || law.refusesSignatures(of: entry.envelope) == nil
    }

    /// How many bytes the envelope has within the leaf, which is canonical.
    var envelopeBytes: Int {
        let around = #"{"received":,"statement":}"#
        return leaf.count - around.utf8.count - "\(entry.received.milliseconds)".utf8.count
    }
}
