// SPDX-License-Identifier: Apache-2.0

/// What can speak against counting a file of an evaluation. Which of them refuse a file and which
/// only flag it stands here and nowhere else.
public enum ImportRule: String, Hashable, Sendable, CaseIterable {
    // The run as a whole.
    case unfinishedRun = "unfinished-run"
    case failedRun = "failed-run"
    case invalidatedRun = "invalidated-run"
    case noSamples = "no-samples"
    case noResult = "no-result"
    // Its samples.
    case sampleErrors = "sample-errors"
    case stoppedByPerson = "stopped-by-person"
    case invalidatedSamples = "invalidated-samples"
    case anotherModel = "another-model"
    case doubledSamples = "doubled-samples"
    case missingSamples = "missing-samples"
    case extraSamples = "extra-samples"
    case unscoredSamples = "unscored-samples"
    case editedScores = "edited-scores"
    case unreadableScores = "unreadable-scores"
    // What the file states against what it holds.
    case unrepeatableReducer = "unrepeatable-reducer"
    case statedValueDiffers = "stated-value-differs"
    case statedErrorDiffers = "stated-error-differs"
    case nothingConfirms = "nothing-confirms"
    case meaninglessFit = "meaningless-fit"
    // Worth knowing.
    case summariesOnly = "summaries-only"
    case partOfTheSet = "part-of-the-set"
    case configurationChanged = "configuration-changed"
    case logChanged = "log-changed"
    case stoppedEarly = "stopped-early"
    case limitedSamples = "limited-samples"
    case retriedSamples = "retried-samples"
    case severalReducers = "several-reducers"
    case clustersIgnored = "clusters-ignored"
    case statedIntervalDiffers = "stated-interval-differs"
    case noInterval = "no-interval"
    case noIndependentError = "no-independent-error"
    case notRecomputed = "not-recomputed"
    case lowerIsBetter = "lower-is-better"
    case beyondTheSuite = "beyond-the-suite"
    case skippedDraws = "skipped-draws"
    case fatalErrors = "fatal-errors"
    case weightsDiffer = "weights-differ"
    case perturbed
    case binaryFiles = "binary-files"
    case thinBase = "thin-base"
    case droppedAnswers = "dropped-answers"

    public enum Weight: String, Hashable, Sendable {
        /// The file may not count.
        case refuse
        /// It may, and a reader should know.
        case flag
    }

    public var weight: Weight {
        switch self {
        case .unfinishedRun, .failedRun, .invalidatedRun, .noSamples, .noResult, .sampleErrors,
            .stoppedByPerson, .invalidatedSamples, .anotherModel, .doubledSamples, .missingSamples,
            .extraSamples, .unscoredSamples, .editedScores, .unreadableScores, .unrepeatableReducer,
            .statedValueDiffers, .statedErrorDiffers, .nothingConfirms, .meaninglessFit:
            .refuse
        case .summariesOnly, .partOfTheSet, .configurationChanged, .logChanged, .stoppedEarly,
            .limitedSamples, .retriedSamples, .severalReducers, .clustersIgnored,
            .statedIntervalDiffers, .noInterval, .noIndependentError, .notRecomputed,
            .lowerIsBetter, .beyondTheSuite, .skippedDraws, .fatalErrors, .weightsDiffer,
            .perturbed, .binaryFiles, .thinBase, .droppedAnswers:
            .flag
        }
    }
}

/// A rule that applied, with what was found.
public struct ImportRemark: Hashable, Sendable {
    public let rule: ImportRule
    /// Without a full stop.
    public let sentence: String

    public init(_ rule: ImportRule, _ sentence: String) {
        self.rule = rule
        self.sentence = sentence
    }
}

extension [ImportRemark] {
    mutating func add(_ rule: ImportRule, _ sentence: String) {
        append(ImportRemark(rule, sentence))
    }

    /// Why the file may not count.
    public var refusals: [String] { filter { $0.rule.weight == .refuse }.map(\.sentence) }

    /// What a reader should know all the same.
    public var warnings: [String] { filter { $0.rule.weight == .flag }.map(\.sentence) }
}
