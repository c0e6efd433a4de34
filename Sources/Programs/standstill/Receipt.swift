// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import PauseAgreement
import TransparencyLog

/// Whose signatures the reader believes: a policy, or the agreement that names the same keys.
struct TrustOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The keys you believe, as a C2SP tlog-policy.", valueName: "file"))
    var policy: String?

    @Option(
        help: ArgumentHelp(
            "The agreement whose log and monitors you believe, instead of a policy.",
            valueName: "file"))
    var agreement: String?

    func validate() throws {
        if policy != nil, agreement != nil {
            throw ValidationError("give --policy or --agreement, not both")
        }
    }

    /// The policy, and the agreement's id where one was named; nil where the reader named neither.
    func read() throws(Failure) -> (WitnessPolicy, agreementID: Digest?)? {
        if let policy { return (try readPolicy(policy), nil) }
        guard let agreement else { return nil }
        let read = try readAgreement(agreement)
        return (read.policy(), read.id)
    }

    func required() throws(Failure) -> (WitnessPolicy, agreementID: Digest?) {
        guard let trust = try read() else {
            throw .usage(
                "whom to believe is yours to say: name a --policy or an --agreement",
                hint: "standstill agreement policy FILE prints the policy of an agreement")
        }
        return trust
    }
}

/// What a receipt shows about an envelope, once it was checked.
struct CheckedReceipt {
    let index: LogIndex
    let received: Time
    let checkpoint: Checkpoint
    /// The witnesses that cosigned, as the policy calls them.
    let cosigners: [String]
    /// Whether they are as many as the policy asks for.
    let isCosigned: Bool

    /// - Throws: ``Failure`` 1 where the log did not sign a tree with this statement at that place.
    init(_ proof: LogProof, of envelope: Envelope, policy: WitnessPolicy) throws(Failure) {
        guard let extra = proof.extra, let text = String(validating: extra, as: UTF8.self),
            let milliseconds = Int64(text), String(milliseconds) == text, milliseconds >= 0
        else {
            throw .malformed("the receipt's extra line does not hold the time of receipt")
        }
        index = proof.index
        received = Time(milliseconds: milliseconds)
        let leaf = Entry.leaf(received: received, envelope: envelope)
        do throws(PolicyFailure) {
            let (_, note) = try policy.verify(proof.checkpoint)
            cosigners = policy.witnesses.filter { note.signers.contains($0.key) }.map(\.name)
            isCosigned = true
        } catch {
            guard case .quorumNotMet(_, let cosigned) = error else {
                throw .doesNotHold("the receipt does not hold: \(error.lowercased)")
            }
            cosigners = cosigned
            isCosigned = false
        }
        do throws(LogProofFailure) {
            checkpoint = try proof.verify(leaf: leaf, policy: policy.withoutQuorum)
        } catch {
            throw .doesNotHold("the receipt does not hold for this statement: \(error.lowercased)")
        }
    }

    var sentence: String {
        let place = "entry \(index) of \(checkpoint.origin), received \(received)"
        let signed = "in a tree of \(checkpoint.size) signed by the log"
        let witnesses = cosigners.isEmpty ? "nobody yet" : cosigners.joined(separator: ", ")
        return "\(place)\n\(signed), cosigned by \(witnesses)"
    }

    var json: JSONObject {
        [
            "index": .integer(Int64(index.value)), "received": .integer(received.milliseconds),
            "origin": .string(checkpoint.origin), "size": .integer(Int64(checkpoint.size.value)),
            "root": .string(checkpoint.root.base64),
            "cosigned-by": .array(cosigners.map { .string($0) }), "quorum": .bool(isCosigned),
        ]
    }
}

/// The receipt in these bytes; `source` is where they come from.
func parseReceipt(_ bytes: [UInt8], from source: String) throws(Failure) -> LogProof {
    do throws(MalformedLogProof) {
        return try LogProof(parsing: bytes)
    } catch {
        throw .malformed("\(source):\(error.line): no receipt: \(error.reason)")
    }
}

/// The envelope of a file, or of standard input for `-`.
func readEnvelope(_ path: String) throws(Failure) -> Envelope {
    let bytes = try readFile(path, limit: 1 << 20)
    do throws(MalformedEnvelope) {
        return try Envelope(parsing: bytes)
    } catch {
        throw .malformed("\(path == "-" ? "standard input" : path): \(error)")
    }
}

extension CustomStringConvertible {
    /// A sentence as it follows a colon: small first letter, no full stop.
    var lowercased: String {
        let text = description
        let open = text.hasSuffix(".") ? String(text.dropLast()) : text
        return open.prefix(1).lowercased() + open.dropFirst()
    }
}
