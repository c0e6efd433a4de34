// SPDX-License-Identifier: Apache-2.0

public import ArgumentParser
public import Measurement
import Site
import TransparencyLog

/// How many successes of how many trials.
struct CountOptions: ParsableArguments {
    @Option(help: ArgumentHelp("How many trials succeeded.", valueName: "k"))
    var successes: Int

    @Option(help: ArgumentHelp("How many trials there were.", valueName: "n"))
    var trials: Int

    @Option(help: "The confidence of the interval.")
    var confidence = Probability.ninetyFivePercent

    func proportion() throws(Failure) -> Proportion {
        try estimating { () throws(UnusableSample) in
            try Proportion(successes: successes, trials: trials)
        }
    }

    func members(_ proportion: Proportion, _ interval: Interval) -> JSONObject {
        [
            "successes": .integer(Int64(successes)), "trials": .integer(Int64(trials)),
            "confidence": .number(confidence.share), "value": .number(proportion.share),
            "interval": .interval(interval),
        ]
    }
}

/// Figures that a caller gave and that cannot be used are wrong usage.
func estimating<Value>(_ body: () throws(UnusableSample) -> Value) throws(Failure) -> Value {
    do throws(UnusableSample) {
        return try body()
    } catch {
        throw .usage(error.reason)
    }
}

/// Several words on a command line, or in a file.
struct WordList: ExpressibleByArgument {
    private let text: String

    init(argument: String) {
        text = argument
    }

    /// - Throws: ``Failure`` 74 or 65 where the file cannot be read.
    func words() throws(Failure) -> [String] {
        guard text.first == "@" else { return Self.split(text) }
        let path = String(text.dropFirst())
        let bytes = try readingEvidence {
            try EvidenceFile(path: path).readAll(limit: 1 << 28)
        }
        return Self.split(String(decoding: bytes, as: UTF8.self))
    }

    /// - Throws: ``Failure`` 64 for a word that is no number.
    func numbers() throws(Failure) -> [Double] {
        var numbers: [Double] = []
        for word in try words() {
            guard let number = Double(word), number.isFinite else {
                throw .usage("'\(word)' is no number")
            }
            numbers.append(number)
        }
        return numbers
    }

    private static func split(_ text: String) -> [String] {
        text.split { $0 == "," || $0.isWhitespace }.map(String.init)
    }
}

/// Two ends of an interval on a command line, such as `50,200`.
struct EndPair: ExpressibleByArgument {
    let interval: Interval

    init?(argument: String) {
        let ends = argument.split(separator: ",", omittingEmptySubsequences: false)
            .map { Double($0) }
        guard ends.count == 2, let lower = ends[0], let upper = ends[1], lower <= upper else {
            return nil
        }
        interval = Interval(lower: lower, upper: upper)
    }
}

extension JSON {
    /// Numbers with all their digits.
    static func numbers(_ values: [Double]) -> JSON { .array(values.map { .number($0) }) }
}

extension Trend.Selection: ExpressibleByArgument {}
extension Trend.Censoring: ExpressibleByArgument {}
extension Trend.Question: ExpressibleByArgument {}
extension TrendChange.Model: ExpressibleByArgument {}
extension EValue.Hypothesis: ExpressibleByArgument {}
extension EValue.Combination: ExpressibleByArgument {}
extension PooledEstimate.Model: ExpressibleByArgument {}
