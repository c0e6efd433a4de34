// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// The authentic text in a language of people; where it and the file that software reads disagree,
/// it prevails.
public struct Prose: Hashable, Sendable {
    /// The plain name of the file, beside the agreement's.
    public let file: String
    /// SHA-256 of that file's bytes.
    public let digest: Digest
}

extension Agreement {
    /// Nil only for an agreement that was not read from a text.
    public var prose: Prose? {
        guard let file = text["prose"]?["file"]?.string,
            let digest = text["prose"]?["sha256"]?.string.flatMap({ Digest(hex: $0) })
        else { return nil }
        return Prose(file: file, digest: digest)
    }

    /// Every article that a clause cites, in the order of their numbers, each once.
    public var articles: [String] {
        var cited = [
            entryIntoForce.article, scope.article, verification.article, resume.article,
            incentives.article, disclosure.article, onSilence.article, onExpiry.article,
            exit.article,
        ]
        cited += indicators.map(\.article) + claims.map(\.article) + triggers.map(\.article)
        cited += measures.map(\.article) + decisions.rules.map(\.article)
        cited += resume.milestones.map(\.article)
        return Set(cited).sorted { a, b in
            let (left, right) = (Agreement.numbers(a), Agreement.numbers(b))
            return left == right
                ? a.utf8.lexicographicallyPrecedes(b.utf8) : left.lexicographicallyPrecedes(right)
        }
    }

    /// `4.10` after `4.9`.
    private static func numbers(_ article: String) -> [Int] {
        article.split(separator: ".").map { Int($0) ?? .max }
    }
}
