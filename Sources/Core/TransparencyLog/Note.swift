// SPDX-License-Identifier: Apache-2.0

/// A text whose signatures were checked: only verifying makes one.
public struct Note: Sendable {
    /// The text, with its final newline.
    public let text: String
    /// The keys that were found to have signed it, in the order they were given in. Never empty.
    public let signers: [NoteKey]
    /// When each cosigner signed, in seconds since 1970.
    public let times: [NoteKey: UInt64]
    /// The note as it came, with signatures of unknown keys, too.
    public let unverified: UnverifiedNote

    fileprivate init(
        text: String, signers: [NoteKey], times: [NoteKey: UInt64], unverified: UnverifiedNote
    ) {
        self.text = text
        self.signers = signers
        self.times = times
        self.unverified = unverified
    }
}

/// Why a note cannot be believed.
public enum NoteFailure: Error, Hashable, CustomStringConvertible {
    /// None of the signatures is by a known key.
    case noKnownSigner
    /// A line names a known key, which did not make that signature.
    case invalidSignature(name: String)
    /// Two of the known keys cannot be told apart by name and ID.
    case ambiguousKeys(name: String)

    public var description: String {
        switch self {
        case .noKnownSigner: "No known key has signed the note."
        case .invalidSignature(let name): "The signature of \(name) does not hold for this note."
        case .ambiguousKeys(let name): "Two known keys have the name \(name) and the same ID."
        }
    }
}

extension UnverifiedNote {
    /// The note, once at least one of the keys has signed it.
    ///
    /// Lines of unknown keys are ignored, but one bad line of a known key condemns the note. Of
    /// several good ones of one key it counts once, at the latest time.
    ///
    /// - Throws: ``NoteFailure``.
    /// - Complexity: a verification a signature by a known key.
    ///
    /// Source: C2SP signed-note, "Signatures".
    public func verified(by keys: [NoteKey]) throws(NoteFailure) -> Note {
        try verified(by: keys, counting: [])
    }

    /// The note, once at least one of the keys has signed it, with those of the witnesses that
    /// have.
    ///
    /// A line that names a witness without being its signature is ignored: logs pass on what
    /// witnesses send, and one faulty witness must not make the checkpoint worthless.
    func verified(by keys: [NoteKey], counting witnesses: [NoteKey]) throws(NoteFailure) -> Note {
        let strict = try Self.distinct(keys)
        var signers: [NoteKey] = []
        var times: [NoteKey: UInt64] = [:]
        for key in strict {
            let lines = signatures.filter(key.isNamed)
            for line in lines {
                switch key.check(line.signature, over: text) {
                case .invalid: throw .invalidSignature(name: key.name)
                case .signed: break
                case .cosigned(let timeSeconds): times[key] = max(times[key] ?? 0, timeSeconds)
                }
            }
            if !lines.isEmpty { signers.append(key) }
        }
        guard !signers.isEmpty else { throw .noKnownSigner }
        for witness in try Self.distinct(witnesses) where !signers.contains(witness) {
            guard let time = latestCosignature(of: witness) else { continue }
            signers.append(witness)
            times[witness] = time
        }
        return Note(text: text, signers: signers, times: times, unverified: self)
    }

    private func latestCosignature(of witness: NoteKey) -> UInt64? {
        signatures.filter(witness.isNamed).compactMap { line in
            if case .cosigned(let time) = witness.check(line.signature, over: text) {
                time
            } else {
                nil
            }
        }.max()
    }

    /// The keys without repetitions.
    private static func distinct(_ keys: [NoteKey]) throws(NoteFailure) -> [NoteKey] {
        var distinct: [NoteKey] = []
        for key in keys where !distinct.contains(key) {
            if distinct.contains(where: { $0.id == key.id && $0.name.isExactly(key.name) }) {
                throw .ambiguousKeys(name: key.name)
            }
            distinct.append(key)
        }
        return distinct
    }
}

extension NoteKey {
    fileprivate enum Check {
        case invalid
        case signed
        case cosigned(timeSeconds: UInt64)
    }

    fileprivate func check(_ signature: [UInt8], over text: String) -> Check {
        switch algorithm {
        case .ed25519: return key.verifies(signature, over: text.bytes) ? .signed : .invalid
        case .cosignature:
            guard let (time, signature) = Cosignature.parse(signature) else { return .invalid }
            let message = Cosignature.message(timeSeconds: time, checkpointText: text)
            return key.verifies(signature, over: message) ? .cosigned(timeSeconds: time) : .invalid
        }
    }
}
