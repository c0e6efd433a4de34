// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

// MARK: - The mailbox of a log node

extension NodeClient {
    /// The largest answer to ``collect(request:)`` that is read, in bytes: many sealed messages.
    public static let largestDelivery = 256 << 20

    /// Hands in a sealed message, an envelope of its own payload type, and returns what the mailbox
    /// calls it.
    ///
    /// Sent once; handing in the same envelope again is safe.
    ///
    /// Source: docs/formats/mail.md, "Handing in".
    public func send(mail envelope: [UInt8]) async throws(ClientFault) -> Digest {
        let answer = try await post("/api/v1/mailbox", envelope, type: "application/json")
            .successful()
        guard let id = try answer.json()["id"]?.string.flatMap({ Digest(hex: $0) }) else {
            throw .malformed(url: answer.url, cause: "expected the message's id")
        }
        return id
    }

    /// Asks for what waits for a party, with an envelope that the party signed; nothing of the
    /// answer is verified.
    ///
    /// Source: docs/formats/mail.md, "Collecting".
    public func collect(request envelope: [UInt8]) async throws(ClientFault) -> JSON {
        try await post(
            "/api/v1/mailbox/collect", envelope, type: "application/json",
            largest: NodeClient.largestDelivery
        ).successful().json()
    }
}
