// SPDX-License-Identifier: Apache-2.0

public import Enforcement

/// Something that a gate did not obey or could not do, and that people should know of.
public enum GateAlarm: Hashable, Sendable, CustomStringConvertible {
    /// A note that is no order for this gate.
    case disbelieved(source: String, Disbelief)
    /// An answer that is no signed note at all.
    case malformed(source: String, cause: String)
    /// A well-signed order that is lower than the one held.
    case older(source: String, OrderRank, held: OrderRank)
    /// Two well-signed texts of one rank.
    case contradiction(source: String, OrderRank, evidence: String)
    case unreachable(source: String, cause: String)
    /// A file of the gate's own that holds something else: treated as if it were not there.
    case damagedFile(path: String, cause: String)
    /// The disk does not take what the gate must remember.
    case cannotKeep(cause: String)

    /// One word for machines.
    public var word: String {
        switch self {
        case .disbelieved(_, .malformed), .malformed: "malformed"
        case .disbelieved(_, .otherAgreement): "other-agreement"
        case .disbelieved(_, .otherTerms): "other-terms"
        case .disbelieved(_, .otherRules): "other-rules"
        case .disbelieved(_, .otherMonitors): "other-monitors"
        case .disbelieved(_, .tooFewSignatures): "too-few-signatures"
        case .older: "older-order"
        case .contradiction: "contradiction"
        case .unreachable: "unreachable"
        case .damagedFile: "damaged-file"
        case .cannotKeep: "cannot-keep"
        }
    }

    /// Who gave rise to it: an address, or the gate's own disk.
    public var source: String {
        switch self {
        case .disbelieved(let source, _), .malformed(let source, _), .older(let source, _, _),
            .contradiction(let source, _, _), .unreachable(let source, _):
            source
        case .damagedFile(let path, _): path
        case .cannotKeep: "disk"
        }
    }

    public var description: String {
        switch self {
        case .disbelieved(let source, let disbelief): "\(source): ignored: \(disbelief)"
        case .malformed(let source, let cause): "\(source): ignored: \(cause)"
        case .older(let source, let rank, let held):
            "\(source): ignored: its order (\(rank)) is older than the one held (\(held))"
        case .contradiction(let source, let rank, let evidence):
            "\(source): two well-signed orders of \(rank) say different things; no new covered work "
                + "is admitted until people have looked at \(evidence) and removed it"
        case .unreachable(let source, let cause): "\(source): cannot be reached: \(cause)"
        case .damagedFile(let path, let cause): "\(path): treated as missing: \(cause)"
        case .cannotKeep(let cause): "the gate's folder cannot be written: \(cause)"
        }
    }
}
