// SPDX-License-Identifier: Apache-2.0

/// Something that must not be, with what proves it.
public struct WatchAlarm: Error, Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Two signed checkpoints that are not of one history, or entries that are not those
        /// signed.
        case fork
        /// A newer checkpoint that the log's tiles do not show to extend an older one.
        case unproven
        /// Entries or orders that were shown are shown no longer.
        case rollback
        case invalidCheckpoint = "invalid-checkpoint"
        case invalidEntry = "invalid-entry"
        /// An order that too few monitors signed, or none at all.
        case unsignedOrder = "unsigned-order"
        /// Two texts for one epoch, tick and size.
        case twoOrders = "two-orders"
        /// A signed order that the law does not derive from the entries.
        case underivedOrder = "underived-order"
        /// A second next set of monitors of one version, as well signed as the one that counts.
        case twoMonitorSets = "two-monitor-sets"
        /// Nothing was vouched for lately.
        case stale
    }

    public let kind: Kind
    /// One sentence without a full stop.
    public let sentence: String
    /// The signed notes that prove it, as they came.
    public let evidence: [String]

    public init(kind: Kind, sentence: String, evidence: [String]) {
        self.kind = kind
        self.sentence = sentence
        self.evidence = evidence
    }
}
