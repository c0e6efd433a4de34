// SPDX-License-Identifier: Apache-2.0

/// Whatever can sign for a key: the key in memory, or an agent that holds it elsewhere.
public protocol Signer: Sendable {
    var publicKey: PublicKey { get }

    /// The 64 bytes of an Ed25519 signature over the message.
    ///
    /// - Throws: where the holder of the key cannot be reached or refuses.
    func sign(_ message: [UInt8]) throws -> [UInt8]
}
