// SPDX-License-Identifier: Apache-2.0

/// Why a policy does not accept a checkpoint.
public enum PolicyFailure: Error, Hashable, CustomStringConvertible {
    /// The note's text is no checkpoint.
    case malformed(MalformedCheckpoint)
    /// The policy lists no log of that origin.
    case unknownLog(origin: String)
    /// The log's own signature is missing or does not hold.
    case log(NoteFailure)
    /// Too few witnesses have cosigned; names those that have, as the policy calls them.
    case quorumNotMet(quorum: String, cosigned: [String])

    public var description: String {
        switch self {
        case .malformed(let fault): "The text is no checkpoint: \(fault)."
        case .unknownLog(let origin): "The policy lists no log with the origin \(origin)."
        case .log(let failure): "The checkpoint is not the log's: \(failure)"
        case .quorumNotMet(let quorum, let cosigned):
            "The quorum \(quorum) is not met; cosigned by "
                + (cosigned.isEmpty ? "no known witness." : cosigned.joined(separator: ", ") + ".")
        }
    }
}

extension WitnessPolicy {
    /// The checkpoint of a note that one of the logs has signed under its own name and enough
    /// witnesses have cosigned, with the note, which tells who and when.
    ///
    /// A line that names a known witness but is not its cosignature is not counted; one that names
    /// the log but is not its signature condemns the note.
    ///
    /// - Throws: ``PolicyFailure``.
    ///
    /// Source: C2SP tlog-policy; tlog-proof, "Verifying a tlog proof".
    public func verify(_ note: UnverifiedNote) throws(PolicyFailure) -> (Checkpoint, Note) {
        let checkpoint: Checkpoint
        do { checkpoint = try Checkpoint(parsing: note.text) } catch { throw .malformed(error) }
        let keys = logs.map(\.key).filter { $0.name.isExactly(checkpoint.origin) }
        guard !keys.isEmpty else { throw .unknownLog(origin: checkpoint.origin) }
        let verified: Note
        do { verified = try note.verified(by: keys, counting: witnesses.map(\.key)) } catch {
            throw .log(error)
        }
        let cosigned = witnesses.filter { verified.signers.contains($0.key) }.map(\.name)
        guard isMet(by: cosigned) else { throw .quorumNotMet(quorum: quorum, cosigned: cosigned) }
        return (checkpoint, verified)
    }

    /// Whether cosignatures of these witnesses, named as in the policy, are enough.
    public func isMet(by cosigned: [String]) -> Bool {
        if quorum.isExactly(Self.noQuorum) { return true }
        let known = Set(witnesses.map(\.name.bytes))
        var met = Set(cosigned.map(\.bytes)).intersection(known)
        // Each group refers only to what came before it, so one pass is enough.
        for group in groups
        where group.members.count(where: { met.contains($0.bytes) }) >= group.threshold {
            met.insert(group.name.bytes)
        }
        return met.contains(quorum.bytes)
    }
}
