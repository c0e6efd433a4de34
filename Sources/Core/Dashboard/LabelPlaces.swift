// SPDX-License-Identifier: Apache-2.0

/// Where names may stand in a drawing without covering points or each other.
struct LabelPlaces {
    let left: Double
    let right: Double
    let top: Double
    let bottom: Double
    private var taken: [Box] = []
    /// What a name had better not cross, such as an interval's line.
    private var avoided: [Box] = []

    private typealias Box = (x: ClosedRange<Double>, y: ClosedRange<Double>)

    /// How wide a letter of 12 pixels is on average.
    static let letter = 6.3
    static let boldLetter = 7.4

    init(left: Double, right: Double, top: Double, bottom: Double) {
        self.left = left
        self.right = right
        self.top = top
        self.bottom = bottom
    }

    mutating func take(around x: Double, _ y: Double) {
        taken.append((x - 5...x + 5, y - 5...y + 5))
    }

    /// Keeps a line of text free, whose foot stands at `y`.
    mutating func take(text: String, from x: Double, _ y: Double, letter: Double = letter) {
        taken.append((x...x + LabelPlaces.width(text, letter: letter), y - 10...y + 3))
    }

    mutating func avoid(_ x: Double, from top: Double, to bottom: Double) {
        avoided.append((x - 2...x + 2, min(top, bottom)...max(top, bottom)))
    }

    /// Whether a line of text would cover anything.
    func isFree(_ text: String, from x: Double, _ y: Double, letter: Double = letter) -> Bool {
        let box = (x...x + LabelPlaces.width(text, letter: letter), y - 10...y + 3)
        return LabelPlaces.isFree(box, of: taken)
    }

    private static func isFree(_ box: Box, of others: [Box]) -> Bool {
        !others.contains { $0.x.overlaps(box.x) && $0.y.overlaps(box.y) }
    }

    static func width(_ text: String, letter: Double = letter) -> Double {
        Double(text.count) * letter
    }

    /// The first free place beside a point; nil where there is none.
    mutating func place(
        _ label: String, beside x: Double, _ y: Double
    ) -> (x: Double, y: Double, anchor: String)? {
        let width = LabelPlaces.width(label)
        let places: [(Double, Double, String)] = [
            (x - 9, y + 4, "end"), (x + 9, y + 4, "start"), (x - 6, y - 9, "end"),
            (x + 6, y - 9, "start"), (x + 6, y + 16, "start"), (x - 6, y + 16, "end"),
        ]
        for others in [taken + avoided, taken] {
            for (x, y, anchor) in places {
                let from = anchor == "start" ? x : x - width
                let box = (x: from...from + width, y: y - 10...y + 2)
                guard left <= from, from + width <= right, top <= y - 10, y + 2 <= bottom,
                    LabelPlaces.isFree(box, of: others)
                else { continue }
                taken.append(box)
                return (x, y, anchor)
            }
        }
        return nil
    }
}
