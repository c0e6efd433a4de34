// SPDX-License-Identifier: Apache-2.0
public import Measurement

/// A score recomputed from an Inspect log's samples, and whether the log may count as evidence.
public struct InspectResult: Sendable {
    /// Which of the log's scores this is.
    public let scorer: String
    public let reducer: String
    /// The mean of the questions' scores; nil where the log has no result to recompute.
    public let value: Double?
    /// How many questions were scored.
    public let n: Int
    /// Of the mean, taking questions for independent; nil for fewer than two.
    public let standardError: Double?
    /// Of the mean, taking only clusters for independent; nil where nobody named a cluster.
    public let clusteredStandardError: Double?
    /// How many clusters the questions form; nil where nobody named a cluster.
    public let clusters: Int?
    /// The 95 % interval that takes questions for independent; nil where they allow none.
    public let interval: Bounds?
    /// The 95 % interval that takes only clusters for independent; nil where nobody named a
    /// cluster.
    public let clusteredInterval: Bounds?
    public let counts: Counts
    /// The rules that applied, and what each found.
    public internal(set) var remarks: [ImportRemark]

    /// Why the log may not count; empty where it may.
    public var refusals: [String] { remarks.refusals }
    /// What a reader should know all the same.
    public var warnings: [String] { remarks.warnings }

    /// An interval and how it was made, in words.
    public struct Bounds: Hashable, Sendable {
        public let interval: Interval
        public let method: String
    }

    /// What happened to the samples, one for each attempt.
    public struct Counts: Sendable {
        public internal(set) var samples = 0
        public internal(set) var errors = 0
        public internal(set) var limited = 0
        public internal(set) var unscored = 0
        public internal(set) var edited = 0
        public internal(set) var invalidated = 0
        public internal(set) var retried = 0
    }

    public var mayCount: Bool { refusals.isEmpty }
}

/// Which score to take of a log that has several, and how its questions are clustered.
public struct InspectSelection: Sendable {
    /// The name of the score; nil takes the headline, or the only one.
    public var scorer: String?
    /// The reducer over epochs; nil takes the first.
    public var reducer: String?
    /// The key of the sample metadata that names a question's cluster.
    public var cluster: String?

    public init(scorer: String? = nil, reducer: String? = nil, cluster: String? = nil) {
        self.scorer = scorer
        self.reducer = reducer
        self.cluster = cluster
    }
}

/// A selection that does not fit the log; what the log has instead is named.
public struct UnfitSelection: Error, Hashable, Sendable, CustomStringConvertible {
    public let reason: String
    /// What to do about it.
    public let hint: String

    public init(_ reason: String, hint: String) {
        self.reason = reason
        self.hint = hint
    }

    public var description: String { reason }
}
