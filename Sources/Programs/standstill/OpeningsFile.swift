// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Disclosure
import PauseAgreement
import TransparencyLog

/// Where the openings of a statement lie, which the log does not hold.
enum OpeningsFile {
    /// What the names of such files end in.
    static let ending = ".openings.json"
    /// No such file is read that is longer, in bytes.
    static let longest = 32 << 20

    /// The place beside an envelope: `site.openings.json` for `site.json`.
    static func beside(_ envelope: String) -> String {
        (envelope.hasSuffix(".json") ? String(envelope.dropLast(5)) : envelope) + ending
    }

    static func read(_ path: String) throws(Failure) -> Openings {
        let json = try readJSON(path, limit: longest)
        do throws(MalformedStatement) {
            return try Openings(json: json)
        } catch {
            throw .malformed(
                "\(path): no openings: \(error)",
                hint: "`standstill sign` and `standstill mail collect` write them")
        }
    }

    /// The openings of this statement, every one of which holds.
    ///
    /// - Throws: ``Failure`` 1 where they are of another statement, or one does not match.
    static func read(_ path: String, of statement: Statement, digest: Digest) throws(Failure)
        -> Openings
    {
        let openings = try read(path)
        if let mismatch = openings.mismatches(with: statement, about: digest).first {
            throw .doesNotHold("\(path): \(mismatch)")
        }
        return openings
    }

    /// Makes the file, which must not be there.
    static func create(_ openings: Openings, at path: String) throws(Failure) {
        try createSecretFile(
            openings.json.prettyBytes, at: path, what: "openings are", option: "--openings")
    }
}

/// The statement in an envelope.
func readStatement(in envelope: Envelope, from path: String) throws(Failure) -> Statement {
    do throws(MalformedStatement) {
        return try Statement(parsing: envelope.payload)
    } catch {
        let place = path == "-" ? "standard input" : path
        throw .malformed("\(place): the payload is no statement: \(error)")
    }
}
