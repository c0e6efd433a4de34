// SPDX-License-Identifier: Apache-2.0

/// Finds what somebody most likely meant by a name that does not exist.
public enum Spelling {
    /// The nearest of `known` within a third of the name's length, two edits at least; nil where
    /// none is that near. Of equally near ones the first in the order of their bytes.
    public static func nearest(to name: String, among known: some Sequence<String>) -> String? {
        let scalars = Array(name.unicodeScalars)
        guard !scalars.isEmpty, scalars.count <= 256 else { return nil }
        let reach = max(2, scalars.count / 3)
        let ranked = known.compactMap { candidate -> (distance: Int, name: String)? in
            let other = Array(candidate.unicodeScalars)
            guard abs(other.count - scalars.count) <= reach else { return nil }
            let distance = edits(from: scalars, to: other)
            return distance <= reach && distance < max(scalars.count, other.count)
                ? (distance, candidate) : nil
        }
        return ranked.min { a, b in
            a.distance != b.distance
                ? a.distance < b.distance : a.name.utf8.lexicographicallyPrecedes(b.name.utf8)
        }?.name
    }

    /// `did you mean "NAME"?`, or the list of what is known, or nil where nothing is.
    public static func hint(for name: String, among known: [String]) -> String? {
        if let nearest = nearest(to: name, among: known) { return "did you mean \"\(nearest)\"?" }
        guard !known.isEmpty else { return nil }
        let shown = known.prefix(12).joined(separator: ", ")
        return "known: \(shown)\(known.count > 12 ? ", …" : "")"
    }

    /// Insertions, deletions, replacements and swaps of neighbours.
    ///
    /// Source: optimal string alignment distance (Damerau 1964).
    static func edits(from a: [Unicode.Scalar], to b: [Unicode.Scalar]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for row in a.indices {
            var current = [row + 1]
            for column in b.indices {
                var cost = min(
                    last[column + 1] + 1, current[column] + 1,
                    last[column] + (a[row] == b[column] ? 0 : 1))
                if row > 0, column > 0, a[row] == b[column - 1], a[row - 1] == b[column] {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            (beforeLast, last) = (last, current)
        }
        return last[b.count]
    }
}
