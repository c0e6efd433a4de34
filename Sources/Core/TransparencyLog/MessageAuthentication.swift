// SPDX-License-Identifier: Apache-2.0
import Crypto
import FoundationEssentials

/// Codes by which two who share a secret know each other's messages. They prove nothing to anybody
/// else, so nothing that is logged has one.
public enum MessageAuthentication {
    /// The HMAC of a message with SHA-256, 32 bytes.
    ///
    /// Source: RFC 2104, FIPS 198-1.
    public static func hmacSHA256(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key)))
    }
}
