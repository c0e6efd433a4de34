// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Measurement
import TransparencyLog

struct EstimateMultipleTestsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "multiple-tests",
        abstract: "Several tests at once, without taking one false alarm among many for a find.",
        discussion: """
            `bonferroni` and `holm` bound the chance of any false alarm; `bh` bounds the share of \
            false alarms where tests are independent, `by` and `e-bh` whatever they share. e-bh \
            takes e-values, the others p-values.

              standstill estimate multiple-tests --values 0.001,0.008,0.012,0.03,0.2 --method holm
              standstill estimate multiple-tests --values 120,45,30,8,1 --method e-bh --level 0.1
            """)

    enum Method: String, CaseIterable, ExpressibleByArgument {
        case bonferroni, holm, bh, by
        case eValues = "e-bh"
    }

    @Option(help: ArgumentHelp("The p-values or e-values, or @FILE.", valueName: "numbers"))
    var values: WordList

    @Option(help: "How they are held together.")
    var method = Method.holm

    @Option(help: "The chance, or share, of false alarms that is allowed.")
    var level = Probability(0.05) ?? .oneHalf

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        let numbers = try values.numbers()
        var adjusted: [Double]?
        let rejected: [Bool]
        if let way = MultipleTests.Method(rawValue: method.rawValue) {
            adjusted = try estimating { () throws(UnusableSample) in
                try MultipleTests.estimateAdjusted(numbers, by: way)
            }
            rejected = try estimating { () throws(UnusableSample) in
                try MultipleTests.test(numbers, by: way, level: level)
            }
        } else {
            rejected = try estimating { () throws(UnusableSample) in
                var list: [EValue] = []
                for number in numbers { list.append(try EValue(number)) }
                return try MultipleTests.test(list, level: level)
            }
        }
        guard !json else {
            var object: JSONObject = [
                "method": .string(method.rawValue), "level": .number(level.share),
                "rejected": .array(rejected.map { .bool($0) }),
                "rejections": .integer(Int64(rejected.count { $0 })),
            ]
            object["adjusted"] = adjusted.map { .numbers($0) }
            return printJSON(.object(object))
        }
        for (place, number) in numbers.enumerated() {
            let new = adjusted.map { " → \($0[place].sentence)" } ?? ""
            print("\(number.sentence)\(new): \(rejected[place] ? "rejected" : "not rejected")")
        }
    }
}
