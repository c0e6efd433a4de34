// SPDX-License-Identifier: Apache-2.0

extension NoteSignature {
    /// Signs the text of a note (signature type 0x01).
    ///
    /// - Throws: ``MalformedNote`` where no note can have this text or no key this name; whatever
    ///   the signer throws.
    ///
    /// Source: C2SP signed-note, "Ed25519 signatures".
    public static func sign(
        text: String, as name: String, with signer: some Signer
    ) throws -> NoteSignature {
        guard NoteText.isText(text) else {
            throw MalformedNote(
                line: 1, reason: "expected lines that end in newlines, without control characters")
        }
        let key = try key(name, .ed25519, of: signer)
        return try line(for: key, try signer.sign(text.bytes))
    }

    /// Cosigns a checkpoint as a witness does (signature type 0x04).
    ///
    /// - Throws: ``MalformedCheckpoint`` for any other text; ``MalformedNote`` where no key can
    ///   have this name; whatever the signer throws.
    /// - Precondition: the time is at most 2^63 − 1.
    ///
    /// Source: C2SP tlog-cosignature, "Ed25519 signed message".
    public static func cosign(
        checkpointText: String, timeSeconds: UInt64, as name: String, with signer: some Signer
    ) throws -> NoteSignature {
        precondition(
            timeSeconds <= Cosignature.latestTime, "a cosignature's time is at most 2^63 − 1")
        _ = try Checkpoint(parsing: checkpointText)
        let key = try key(name, .cosignature, of: signer)
        let message = Cosignature.message(timeSeconds: timeSeconds, checkpointText: checkpointText)
        let signature = try signer.sign(message)
        return try line(
            for: key, Cosignature.encode(timeSeconds: timeSeconds, signature: signature))
    }

    private static func key(
        _ name: String, _ algorithm: NoteKey.Algorithm, of signer: some Signer
    ) throws(MalformedNote) -> NoteKey {
        guard let key = NoteKey(name: name, algorithm: algorithm, key: signer.publicKey) else {
            throw MalformedNote(line: 1, reason: "expected a key name without white space or plus")
        }
        return key
    }

    private static func line(
        for key: NoteKey, _ signature: [UInt8]
    ) throws(MalformedNote) -> NoteSignature {
        guard let line = NoteSignature(name: key.name, keyID: key.id, signature: signature) else {
            throw MalformedNote(line: 1, reason: "the signer returned no signature")
        }
        return line
    }
}
