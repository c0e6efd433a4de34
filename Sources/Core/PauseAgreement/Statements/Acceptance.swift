// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// A monitor says that it holds a statement, and since when: what the log's node does not log in
/// time, it did not get too late.
///
/// The statement's payload alone is named: what it says stays between its party, the monitors and,
/// once it is logged, everybody.
public struct Acceptance: Hashable, Sendable {
    /// Who said what was accepted.
    public let party: String
    /// SHA-256 of the statement's payload.
    public let payload: Digest
    /// By the monitor's clock.
    public let accepted: Time

    public init(party: String, payload: Digest, accepted: Time) {
        self.party = party
        self.payload = payload
        self.accepted = accepted
    }

    init(_ fields: inout Fields) throws(MalformedStatement) {
        party = try fields.name("party")
        payload = try fields.digest("payload")
        accepted = try fields.time("accepted")
    }

    var json: JSONObject {
        [
            "party": .string(party), "payload": .string(payload.hex),
            "accepted": .string(accepted.description),
        ]
    }
}
