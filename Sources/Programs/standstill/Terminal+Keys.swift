// SPDX-License-Identifier: Apache-2.0

import Disclosure
import Storage
import TransparencyLog

/// The signing key of a PKCS #8 PEM file that nobody but its owner may read. Its secret is never
/// printed.
///
/// - Throws: ``Failure`` 74 where the file cannot be read, 77 where others may read it, 65 where it
///   is no Ed25519 key.
func readPrivateKey(_ path: String) throws(Failure) -> PrivateKey {
    do throws(UnreadableKey) {
        return try KeyFile.read(path)
    } catch {
        throw Failure(error)
    }
}

/// The sealing key of such a file.
func readSealingKey(_ path: String) throws(Failure) -> SealingPrivateKey {
    do throws(UnreadableKey) {
        return try KeyFile.read(path, of: "an X25519 private key in PKCS #8 PEM") {
            (pem) throws(UnusableSealingKey) in
            try SealingPrivateKey(pem: pem)
        }
    } catch {
        var failure = Failure(error)
        if error.kind == .malformed {
            failure.hint = "standstill key new NAME --sealing --out FILE makes one"
        }
        throw failure
    }
}

/// Either sort of private key.
enum AnyKey {
    case signing(PrivateKey)
    case sealing(SealingPrivateKey)

    /// The key of such a file, of whichever sort it is.
    static func read(_ path: String) throws(Failure) -> AnyKey {
        do throws(UnreadableKey) {
            return try KeyFile.read(path, of: "an Ed25519 private key in PKCS #8 PEM") {
                (pem) throws(UnusableKey) in
                if let key = try? SealingPrivateKey(pem: pem) { return .sealing(key) }
                return .signing(try PrivateKey(pem: pem))
            }
        } catch {
            throw Failure(error)
        }
    }
}

/// Bytes that nobody can guess, from the system's generator.
func freshBytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
}

extension Failure {
    fileprivate init(_ unreadable: UnreadableKey) {
        self.init(
            exitCode: unreadable.exitCode, message: "\(unreadable)", hint: unreadable.hint)
    }
}
