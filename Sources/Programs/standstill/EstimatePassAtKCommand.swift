// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Measurement
import TransparencyLog

struct EstimatePassAtKCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pass-at-k",
        abstract: "The chance that at least one of k attempts succeeds.",
        discussion: """
            Unbiased, from more attempts than k.

              standstill estimate pass-at-k --n 10 --correct 3 --k 5
            """)

    @Option(
        name: .customLong("n"), help: ArgumentHelp("How many attempts were made.", valueName: "n"))
    var attempts: Int

    @Option(help: ArgumentHelp("How many of them succeeded.", valueName: "c"))
    var correct: Int

    @Option(
        name: .customLong("k"),
        help: ArgumentHelp("How many attempts the figure allows.", valueName: "k"))
    var k: Int

    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws {
        guard attempts <= 10_000_000 else { throw ValidationError("--n must be at most 10000000") }
    }

    func run() throws {
        let value = try estimating { () throws(UnusableSample) in
            try PassAtK.estimate(attempts: attempts, correct: correct, k: k)
        }
        guard !json else {
            return printJSON([
                "n": .integer(Int64(attempts)), "correct": .integer(Int64(correct)),
                "k": .integer(Int64(k)), "value": .number(value),
            ])
        }
        print(value.sentence)
    }
}
