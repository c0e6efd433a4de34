// SPDX-License-Identifier: Apache-2.0

/// Something that whoever runs a role should read.
public enum Report: Hashable, Sendable {
    /// As expected.
    case news(String)
    /// Somebody else failed; it goes on.
    case warning(String)
    /// Somebody lied, or has lost what he signed.
    case alarm(String)
    /// The world failed us.
    case fault(String)
}
