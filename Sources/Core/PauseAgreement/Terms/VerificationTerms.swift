// SPDX-License-Identifier: Apache-2.0

/// How the parties show that they stopped, and how often somebody looks.
public struct VerificationTerms: Hashable, Sendable {
    /// After a pause takes hold, a party without evidence of its stop is `unverified` from here on.
    public let stopEvidenceWithin: TimeSpan
    /// A site's telemetry covers at most this long a period, one after the other without a gap.
    public let telemetryEvery: TimeSpan
    /// How long after its period telemetry may still come; shorter than ``telemetryEvery``.
    public let telemetryLateAfter: TimeSpan
    /// From an auditor's draw until the site's party must have answered it.
    public let answerWithin: TimeSpan
    /// At least this often an auditor has a finding on each site.
    public let inspectionEvery: TimeSpan
    public let article: String

    public init(
        stopEvidenceWithin: TimeSpan, telemetryEvery: TimeSpan, telemetryLateAfter: TimeSpan,
        answerWithin: TimeSpan, inspectionEvery: TimeSpan, article: String
    ) {
        self.stopEvidenceWithin = stopEvidenceWithin
        self.telemetryEvery = telemetryEvery
        self.telemetryLateAfter = telemetryLateAfter
        self.answerWithin = answerWithin
        self.inspectionEvery = inspectionEvery
        self.article = article
    }

    /// From a stop until it can have been shown: a whole period of telemetry, late, drawn from and
    /// answered.
    public var leastTimeToShowAStop: TimeSpan {
        telemetryEvery + telemetryLateAfter + answerWithin
    }
}
