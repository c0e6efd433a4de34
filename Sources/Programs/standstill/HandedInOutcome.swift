// SPDX-License-Identifier: Apache-2.0

import Brake
import Client
import PauseAgreement
import TransparencyLog

/// A statement that the node did not take, and the monitors that hold it instead.
struct HandedInOutcome {
    /// What one monitor said.
    struct Reply {
        let url: String
        /// The monitor that accepted it, once its signature was checked; the key's words otherwise.
        var monitor: String?
        var accepted: Time?
        var isLogged = false
        var failure: String?
    }

    /// Why the node did not take it.
    let refusal: Failure
    let replies: [Reply]
    /// Acceptances by so many monitors of the agreement make the statement's time; nil without one.
    let needed: Int?
    let acceptances: [Envelope]

    /// Hands the envelope to each of these monitors.
    init(
        _ envelope: Envelope, to monitors: [NodeClient], after refusal: Failure,
        under agreement: Agreement?
    ) async {
        var replies: [Reply] = []
        var acceptances: [Envelope] = []
        let law = agreement.map { Brake(agreement: $0) }
        for monitor in monitors {
            var reply = Reply(url: monitor.url)
            do throws(ClientFault) {
                switch try await monitor.handIn(envelope.json.canonicalBytes) {
                case .logged: reply.isLogged = true
                case .held(let acceptance):
                    HandedInOutcome.check(acceptance, of: envelope, law, &reply)
                    if reply.failure == nil { acceptances.append(acceptance) }
                }
            } catch {
                reply.failure = Failure(error).message
            }
            replies.append(reply)
        }
        self.refusal = refusal
        self.replies = replies
        self.acceptances = acceptances
        needed = agreement?.monitoring.signatures
    }

    /// Reads who accepted what; checks the signature where the reader named an agreement.
    private static func check(
        _ acceptance: Envelope, of envelope: Envelope, _ law: Brake?, _ reply: inout Reply
    ) {
        guard let statement = try? Statement(parsing: acceptance.payload),
            case .acceptance(let said) = statement.predicate,
            said.payload == envelope.payloadDigest
        else {
            reply.failure = "the answer is no acceptance of this statement"
            return
        }
        reply.accepted = said.accepted
        guard let law else { return }
        let bytes = acceptance.json.canonicalBytes.count
        switch law.admit(acceptance, bytes: bytes) {
        case .admitted(let submission):
            guard law.signer(of: envelope) == said.party else {
                reply.failure = "the acceptance is of a statement by \(said.party)"
                return
            }
            reply.monitor = submission.signer
        case .refused(let refusal): reply.failure = "its acceptance does not hold: \(refusal)"
        }
    }

    var isLogged: Bool { replies.contains(where: \.isLogged) }
    var held: [Reply] { replies.filter { $0.accepted != nil && $0.failure == nil } }
    /// Monitors whose signatures were checked, each once.
    var monitors: Set<String> { Set(held.compactMap(\.monitor)) }

    // MARK: - Saying it

    /// Writes the acceptances, one envelope a line, where they are wanted.
    func keep(_ path: String?) throws(Failure) {
        guard let path, !acceptances.isEmpty else { return }
        var lines: [UInt8] = []
        for acceptance in acceptances { lines += acceptance.json.canonicalBytes + [0x0A] }
        try OutputFile.write(lines, to: path)
    }

    func tell() {
        print("not logged: \(refusal.message)")
        for reply in replies {
            let name = reply.monitor ?? reply.url
            if let failure = reply.failure {
                print("\(reply.url): not held: \(failure)")
            } else if reply.isLogged {
                print("\(reply.url): the log has it already")
            } else if let accepted = reply.accepted {
                print(
                    "\(name): held since \(accepted)"
                        + (reply.monitor == nil ? " (signature not checked)" : ""))
            }
        }
        guard let needed, !isLogged else { return }
        let have = monitors.count
        print(
            have >= needed
                ? "\(have) monitors hold it: it counts as of the \(ordinal(needed)) acceptance, "
                    + "where it is logged within a merge delay of the deadline"
                : "\(have) of the \(needed) monitors that it takes hold it so far; they pass it on "
                    + "to each other, too")
    }

    private func ordinal(_ number: Int) -> String {
        switch number {
        case 1: "first"
        case 2: "second"
        case 3: "third"
        default: "\(number)th"
        }
    }

    var json: JSON {
        let monitors: [JSON] = replies.map { reply in
            var object: JSONObject = [
                "url": .string(reply.url), "verified": .bool(reply.monitor != nil),
                "logged": .bool(reply.isLogged),
            ]
            object["monitor"] = reply.monitor.map { .string($0) }
            object["accepted"] = reply.accepted.map { .integer($0.milliseconds) }
            object["failure"] = reply.failure.map { .string($0) }
            return .object(object)
        }
        return .object([
            "logged": .bool(isLogged), "refusal": .string(refusal.message),
            "monitors": .array(monitors),
            "needed": needed.map { .integer(Int64($0)) } ?? .null,
        ])
    }

    /// Whether somebody has it.
    var isTaken: Bool { isLogged || !held.isEmpty }
}
