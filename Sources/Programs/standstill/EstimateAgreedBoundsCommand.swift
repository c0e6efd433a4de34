// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Measurement
import TransparencyLog

struct EstimateAgreedBoundsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agreed-bounds",
        abstract: "What so many of several evaluators' intervals say alike.",
        discussion: """
            The value that at least --agreeing of the intervals lie above, and the one that so \
            many lie below. All of them, which is the default, is the worst case.

              standstill estimate agreed-bounds --intervals 300,900,250,700,410,1100 --agreeing 2
            """)

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The intervals, low and high in turn, or @FILE with them.", valueName: "numbers"))
    var intervals: WordList

    @Option(help: ArgumentHelp("How many have to agree. (default: all)", valueName: "k"))
    var agreeing: Int?

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        let ends = try intervals.numbers()
        guard ends.count.isMultiple(of: 2) else {
            throw Failure.usage("\(ends.count) ends of intervals: give two an interval")
        }
        let bounds = try estimating { () throws(UnusableSample) in
            var list: [Interval] = []
            for place in stride(from: 0, to: ends.count, by: 2) {
                guard ends[place] <= ends[place + 1] else {
                    throw UnusableSample("an interval runs upwards")
                }
                list.append(Interval(lower: ends[place], upper: ends[place + 1]))
            }
            return try AgreedBounds.estimate(list, agreeing: agreeing ?? list.count)
        }
        guard !json else {
            return printJSON([
                "at-least": .number(bounds.atLeast), "at-most": .number(bounds.atMost),
                "agreeing": .integer(Int64(bounds.agreeing)), "n": .integer(Int64(bounds.count)),
                "contradictory": .bool(bounds.isContradictory),
            ])
        }
        print(
            "\(bounds.agreeing) of \(bounds.count) say at least \(bounds.atLeast.sentence), "
                + "\(bounds.agreeing) at most \(bounds.atMost.sentence)")
        if bounds.isContradictory { print("warning: the two exclude each other") }
    }
}
