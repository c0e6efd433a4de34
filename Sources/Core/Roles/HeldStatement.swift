// SPDX-License-Identifier: Apache-2.0

import Brake
public import PauseAgreement
public import TransparencyLog

/// A statement that a monitor was given, and its own acceptance of it, as kept on its disk until
/// both are logged.
public struct HeldStatement: Hashable, Sendable {
    public let statement: Envelope
    /// The monitor's own statement that it holds it, and since when.
    public let acceptance: Envelope

    public init(statement: Envelope, acceptance: Envelope) {
        self.statement = statement
        self.acceptance = acceptance
    }

    /// Who accepted it, and what the acceptance says, going by key IDs; nil where the acceptance is
    /// of something else.
    func accepted(under law: Brake) -> (monitor: String, acceptance: Acceptance)? {
        guard let signer = law.signer(of: statement), let monitor = law.signer(of: acceptance),
            let said = try? Statement(parsing: acceptance.payload),
            case .acceptance(let acceptance) = said.predicate, acceptance.party == signer,
            acceptance.payload == statement.payloadDigest
        else { return nil }
        return (monitor, acceptance)
    }

    public var bytes: [UInt8] {
        JSON.object(["acceptance": acceptance.json, "statement": statement.json]).canonicalBytes
    }

    public init(parsing bytes: [UInt8]) throws(MalformedStatement) {
        guard let json = try? JSON.parse(bytes) else {
            throw MalformedStatement(pointer: "", expected: "strict JSON")
        }
        var fields = try Fields(json)
        statement = try HeldStatement.envelope("statement", &fields)
        acceptance = try HeldStatement.envelope("acceptance", &fields)
        try fields.end()
    }

    private static func envelope(
        _ name: String, _ fields: inout Fields
    ) throws(MalformedStatement) -> Envelope {
        let json = try fields.value(name)
        do throws(MalformedEnvelope) {
            return try Envelope(json: json)
        } catch {
            throw fields.missing(name, "a DSSE envelope (\(error))")
        }
    }
}

/// What the sender of a statement is told by a monitor.
public enum HandingAnswer: Hashable, Sendable {
    /// The monitor holds it, durably, and says so in this signed statement of its own.
    case accepted(acceptance: Envelope)
    /// It is in the log already.
    case logged
    /// Not a statement that monitors hold: an opening, or an acceptance.
    case notHeld(String)
    /// It holds as many unlogged statements of this party as it takes.
    case busy
    /// It can hold nothing, and why.
    case unable(String)
}

/// What became of a statement that a monitor passed on.
public enum PassingOn: Hashable, Sendable {
    /// The other side has it: the node has logged it, or a peer holds it.
    case taken
    case refused(String)
    case unreachable(String)
}
