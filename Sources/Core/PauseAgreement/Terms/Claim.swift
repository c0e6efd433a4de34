// SPDX-License-Identifier: Apache-2.0

/// What somebody has to judge because nothing can be computed, such as that models replace all
/// researchers; a signed judgement says whether it holds.
public struct Claim: Hashable, Sendable {
    public let name: String
    public let subject: SubjectKind
    /// What is claimed, as those who judge it have to read it; another text is another claim.
    public let text: String
    /// A judgement older than this no longer counts: whether the claim holds is unknown.
    public let staleAfter: TimeSpan
    public let article: String

    public init(
        name: String, subject: SubjectKind, text: String, staleAfter: TimeSpan, article: String
    ) {
        self.name = name
        self.subject = subject
        self.text = text
        self.staleAfter = staleAfter
        self.article = article
    }
}
