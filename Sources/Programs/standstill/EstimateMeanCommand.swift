// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Measurement
import TransparencyLog

struct EstimateMeanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mean",
        abstract: "The mean of scores with its error, clustered where they come in groups.",
        discussion: """
            Questions that share a text, a repository or a family of tasks are no independent \
            evidence: name their groups, in the order of the scores.

              standstill estimate mean --scores 1,1,0,1,0,0 --clusters a,a,a,b,b,b
              standstill estimate mean --scores @scores.txt --clusters @families.txt
            """)

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The scores, or @FILE with them.", valueName: "numbers"))
    var scores: WordList

    @Option(help: ArgumentHelp("The group of each score, or @FILE.", valueName: "names"))
    var clusters: WordList?

    @Option(help: "The confidence of the interval.")
    var confidence = Probability.ninetyFivePercent

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        let values = try scores.numbers()
        let names = try clusters?.words()
        let sample = try estimating { () throws(UnusableSample) in try ScoreSample(values) }
        var object: JSONObject = [
            "value": .number(sample.mean), "n": .integer(Int64(sample.count)),
            "stderr": .number(sample.standardError), "confidence": .number(confidence.share),
        ]
        var error = sample.standardError
        var degrees = sample.count - 1
        if let names {
            func clustered(_ correction: ScoreSample.ClusterCorrection) throws -> Double {
                try estimating { () throws(UnusableSample) in
                    try sample.estimateClusteredStandardError(
                        clusters: names, correction: correction)
                }
            }
            let corrected = try clustered(.inspect)
            object["clusters"] = .integer(Int64(Set(names).count))
            object["clustered-stderr"] = .number(corrected)
            object["clustered-stderr-uncorrected"] = .number(try clustered(.miller))
            error = corrected
            degrees = Set(names).count - 1
        }
        var interval: Interval?
        if let error {
            interval = try estimating { () throws(UnusableSample) in
                try sample.estimateInterval(
                    standardError: error, degreesOfFreedom: degrees, confidence: confidence)
            }
        }
        object["interval"] = .interval(interval)
        guard !json else { return printJSON(.object(object)) }
        guard let interval, let error else {
            return print("\(sample.mean.sentence) (a single score has no error)")
        }
        print("\(sample.mean.sentence) (\(interval.sentence), standard error \(error.sentence))")
    }
}
