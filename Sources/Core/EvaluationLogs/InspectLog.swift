// SPDX-License-Identifier: Apache-2.0
public import TransparencyLog

/// What an Inspect evaluation log says, without its transcripts.
///
/// Source: Inspect AI log format version 2, `EvalLog` and `EvalSample`.
public struct InspectLog: Sendable {
    /// Its name, for messages.
    public let file: String
    /// The members of `header.json`, or of a JSON log without its samples; of `_journal/start.json`
    /// where the run never ended.
    public let header: JSON
    /// Whether the run wrote its header; one that did not may still be going on.
    public let isFinished: Bool
    /// Scores already reduced over epochs, as the log gives them.
    public let reductions: JSON?
    public let samples: [Sample]
    public let origin: SampleOrigin

    /// Where the samples were read from.
    public enum SampleOrigin: Sendable {
        /// From the full samples.
        case samples
        /// From the summaries, which leave out some of what speaks against a sample.
        case summaries
        /// The log holds none.
        case nowhere
    }

    /// One attempt at one question.
    public struct Sample: Sendable {
        /// A text id as it is, a number as written.
        public let id: String
        /// Counted from 1.
        public let epoch: Int
        /// By the name of the scorer.
        public let scores: [String: Score]
        /// What the evaluator says of the question, such as its family; only short texts and
        /// numbers.
        public let metadata: JSONObject
        /// The message of the error that ended it.
        public let error: String?
        /// The kind of limit that ended it, such as `token` or `operator`.
        public let limit: String?
        public let retries: Int
        public let isInvalidated: Bool
        /// Whether another model answered in place of the one that was asked.
        public let hasFallback: Bool
    }

    /// A scorer's judgement of one sample.
    public struct Score: Sendable {
        public let value: JSON
        /// Whether the value was changed after the scorer gave it.
        public let isEdited: Bool
    }

    public var status: String { header["status"]?.string ?? "started" }

    /// A part of the evaluation's description, such as `task` or `model`.
    public func description(_ name: String) -> JSON? {
        let value = header["eval"]?[name]
        return value == .null ? nil : value
    }

    /// Results by scorer and reducer.
    var results: JSON? {
        let value = header["results"]
        return value == .null ? nil : value
    }
}
