// SPDX-License-Identifier: Apache-2.0
public import TransparencyLog

/// Which samples of a period an auditor's seed draws: the same for everybody who draws again.
///
/// The seed is published after the root, so a site that commits cannot know which of its samples
/// will be asked for.
///
/// Source: docs/formats/telemetry.md, "Draw".
public enum LeafDraw {
    /// The indices drawn, growing; all of them where `count` is not below `leaves`.
    ///
    /// - Parameters:
    ///   - seed: of the draw.
    ///   - root: of the period's tree.
    ///   - leaves: how many samples the period has.
    ///   - count: how many of them are drawn.
    /// - Complexity: O(`count`) words of SHA-256.
    public static func sample(seed: Digest, root: Digest, leaves: Int, count: Int) -> [Int] {
        precondition(leaves >= 0 && count >= 0, "a draw takes some of some samples")
        guard count < leaves else { return Array(0..<leaves) }
        var words = WordStream(seed: seed, root: root)
        // Fisher and Yates, of whose array only the places that changed are kept.
        var moved: [Int: Int] = [:]
        var drawn: [Int] = []
        for place in 0..<count {
            let other = place + words.number(below: leaves - place)
            drawn.append(moved[other] ?? other)
            moved[other] = moved[place] ?? place
        }
        return drawn.sorted()
    }
}

/// Words of 64 bits: SHA-256(seed ‖ root ‖ counter) for counter 0, 1, 2, …, each cut into four.
private struct WordStream {
    private let prefix: [UInt8]
    private var counter: UInt64 = 0
    private var block: [UInt8] = []

    init(seed: Digest, root: Digest) { prefix = seed.bytes + root.bytes }

    mutating func next() -> UInt64 {
        if block.isEmpty {
            let number = (0..<8).map { UInt8(truncatingIfNeeded: counter >> UInt64(56 - 8 * $0)) }
            block = Digest.sha256(prefix + number).bytes
            counter += 1
        }
        defer { block.removeFirst(8) }
        return block.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Each number below `bound` equally likely: words in the last, incomplete run are passed over.
    mutating func number(below bound: Int) -> Int {
        let bound = UInt64(bound)
        let beyond = (0 &- bound) % bound
        while true {
            let word = next()
            if word <= UInt64.max - beyond { return Int(word % bound) }
        }
    }
}
