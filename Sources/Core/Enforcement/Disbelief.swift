// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
public import TransparencyLog

/// Why a note is not an order that a gate may obey.
public enum Disbelief: Error, Hashable, Sendable {
    /// The text is no order in its one canonical spelling.
    case malformed(MalformedStatement)
    case otherAgreement(Digest)
    case otherTerms(Digest)
    /// Derived by another version of the law than the agreement names.
    case otherRules(Int64)
    /// It stands under another set of monitors than the one that counts; nil is the agreement's
    /// own.
    case otherMonitors(named: MonitorSetName?, expected: MonitorSetName?)
    /// Fewer distinct monitors than the agreement asks for have signed it.
    case tooFewSignatures(valid: [String], needed: Int)
}
