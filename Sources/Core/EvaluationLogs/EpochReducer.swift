// SPDX-License-Identifier: Apache-2.0
import Measurement

/// How Inspect makes one score of the several attempts at a question.
///
/// Source: Inspect AI, `scorer/_reducer/reducer.py`; names as `reducer_log_name` writes them.
enum EpochReducer: Hashable {
    case mean
    case median
    case mode
    case maximum
    /// 1 where at least so many attempts were correct.
    case atLeast(Int)
    /// The chance that at least one of k attempts is correct.
    case passAt(Int)
    /// The chance that all of k attempts are correct.
    case passAll(Int)

    /// Nil for a reducer that this reader cannot repeat.
    init?(_ name: String) {
        switch name {
        case "mean": self = .mean
        case "median": self = .median
        case "mode": self = .mode
        case "max": self = .maximum
        default:
            func count(after prefix: String) -> Int? {
                guard name.hasPrefix(prefix), let k = Int(name.dropFirst(prefix.count)), k >= 1
                else {
                    return nil
                }
                return k
            }
            if let k = count(after: "at_least_") {
                self = .atLeast(k)
            } else if let k = count(after: "pass_at_") {
                self = .passAt(k)
            } else if let k = count(after: "pass_k_") {
                self = .passAll(k)
            } else {
                return nil
            }
        }
    }

    /// The reduced score, nil where there are too few attempts for it.
    func reduce(_ values: [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        let correct = values.count { $0 >= 1 }
        switch self {
        case .mean: return values.reduce(0, +) / Double(values.count)
        case .median:
            let sorted = values.sorted()
            let middle = sorted.count / 2
            return sorted.count % 2 == 1
                ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
        case .mode:
            // Of equally frequent values, Python's counter gives the one that came first.
            let counts = Dictionary(values.map { ($0, 1) }, uniquingKeysWith: +)
            let most = counts.values.max()
            return values.first { counts[$0] == most }
        case .maximum: return values.max()
        case .atLeast(let k): return correct >= k ? 1 : 0
        case .passAt(let k):
            return try? PassAtK.estimate(attempts: values.count, correct: correct, k: k)
        case .passAll(let k):
            guard k <= values.count else { return nil }
            return (0..<k).reduce(1.0) {
                $0 * Double(max(0, correct - $1)) / Double(values.count - $1)
            }
        }
    }
}
