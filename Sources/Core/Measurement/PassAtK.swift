// SPDX-License-Identifier: Apache-2.0

/// The chance that at least one of k attempts succeeds.
public enum PassAtK {
    /// Unbiased from `attempts` attempts of which `correct` succeeded, 1 where fewer than k failed.
    ///
    /// - Throws: ``UnusableSample`` where `correct` or `k` is out of range.
    /// - Complexity: O(min(`correct`, `k`)).
    ///
    /// Source: Chen et al. 2021, arXiv 2107.03374, equation 1.
    public static func estimate(
        attempts: Int, correct: Int, k: Int
    ) throws(UnusableSample) -> Double {
        guard attempts > 0, (0...attempts).contains(correct) else {
            throw UnusableSample("\(correct) correct of \(attempts) attempts is impossible")
        }
        guard (1...attempts).contains(k) else {
            throw UnusableSample("k must lie between 1 and the \(attempts) attempts")
        }
        if attempts - correct < k { return 1 }
        // C(n − c, k) / C(n, k) is the same with c and k exchanged: the shorter product is taken.
        let (rounds, other) = (min(correct, k), max(correct, k))
        var noneCorrect = 0.0
        for i in stride(from: attempts - rounds + 1, through: attempts, by: 1) {
            noneCorrect += ln1p(-Double(other) / Double(i))
        }
        return -exponentialLessOne(noneCorrect)
    }
}
