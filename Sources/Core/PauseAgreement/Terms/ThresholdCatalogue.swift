// SPDX-License-Identifier: Apache-2.0

/// Thresholds that others have published, restated as triggers: what laws, frameworks of developers
/// and proposals say, each with its source, and with how far it can be computed at all.
///
/// It binds nobody. It is read by the rules of agreements, and its triggers read evidence as those
/// of an agreement do. Source of the format: docs/formats/thresholds.md.
public struct ThresholdCatalogue: Sendable {
    public let name: String
    public let title: String
    /// Until when it was followed: what was published later is not in it.
    public let asOf: Time
    /// Sorted by name.
    public let indicators: [Indicator]
    /// Sorted by name.
    public let claims: [Claim]
    /// In the order written.
    public let thresholds: [PublishedThreshold]
    /// In the order written.
    public let tests: [TriggerTest]

    /// In the order of the thresholds, each under its name.
    public var triggers: [Trigger] { thresholds.map(\.trigger) }
}

/// One threshold as somebody published it.
public struct PublishedThreshold: Hashable, Sendable {
    /// How much of it can be computed.
    public enum Status: String, Hashable, Sendable, CaseIterable {
        /// Figures alone decide.
        case computable
        /// Figures, and something that somebody has to judge.
        case partly
        /// Only a judgement decides.
        case attested
    }

    /// How whoever wrote it down here knows of it.
    public enum Seen: String, Hashable, Sendable, CaseIterable {
        /// Read in a copy of the source.
        case copy
        /// Quoted by others.
        case secondary
        /// From memory: check before relying on it.
        case memory
    }

    public let name: String
    public let title: String
    /// Who published it.
    public let by: String
    /// The document and the place in it.
    public let source: String
    /// The day of that text.
    public let date: Time
    public let seen: Seen
    public let status: Status
    /// From when to when it applies; nil where it does not say.
    public let inForce: String?
    /// What is due by when, once it is crossed.
    public let clock: String?
    /// What it says, briefly.
    public let words: String
    /// What the restatement leaves out or adds.
    public let note: String?
    public let trigger: Trigger
}

/// What came of reading a catalogue.
public struct ThresholdCatalogueReading: Sendable {
    /// Nil where ``problems`` holds an error.
    public let catalogue: ThresholdCatalogue?
    /// In the order of their places.
    public let problems: [AgreementReading.Problem]
}
