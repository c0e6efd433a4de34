// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Measurement
import TransparencyLog

struct EstimateCodeShareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "code-share",
        abstract: "Which part of the code that was merged is attributed to a machine.",
        discussion: """
            Counts of several weeks or teams give an interval too. `read git` counts a \
            repository's history by a stated rule; numbers counted by another rule are another \
            indicator.

              standstill estimate code-share --attributed 800,950,700 --total 1000,1100,1000
            """)

    @Option(help: ArgumentHelp("What is the machine's, a week or team each.", valueName: "counts"))
    var attributed: WordList

    @Option(help: ArgumentHelp("All that was merged, likewise.", valueName: "counts"))
    var total: WordList

    @Option(help: "The confidence of the interval.")
    var confidence = Probability.ninetyFivePercent

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        let (part, whole) = (try attributed.counts(), try total.counts())
        guard part.count == whole.count else {
            throw Failure.usage("\(part.count) counts of the machine's, \(whole.count) of all")
        }
        let share = try estimating { () throws(UnusableSample) in
            var counts: [CodeCount] = []
            for (attributed, total) in zip(part, whole) {
                counts.append(try CodeCount(attributed: attributed, total: total))
            }
            return try CodeShare.estimate(counts)
        }
        let interval = share.estimateInterval(confidence: confidence)
        guard !json else {
            return printJSON([
                "value": .number(share.value), "interval": .interval(interval),
                "stderr": .number(share.standardError), "confidence": .number(confidence.share),
                "attributed": .integer(Int64(share.attributed)),
                "total": .integer(Int64(share.total)), "clusters": .integer(Int64(share.clusters)),
            ])
        }
        print("\(share.value.sentence) (\(interval?.sentence ?? "a single count, exact"))")
    }
}

extension WordList {
    /// - Throws: ``Failure`` 64 for a word that is no whole number.
    func counts() throws(Failure) -> [Int] {
        var counts: [Int] = []
        for word in try words() {
            guard let count = Int(word) else { throw .usage("'\(word)' is no whole number") }
            counts.append(count)
        }
        return counts
    }
}
