// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Measurement
import TransparencyLog

struct EstimateComputeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compute",
        abstract: "The floating-point operations of a training run.",
        discussion: """
            Either 6 × parameters × tokens, with the active parameters of a mixture of experts, \
            or devices × peak rate × utilisation × time. Laws say "greater than": a run of \
            exactly 1e26 is not above 1e26.

              standstill estimate compute --parameters 405e9 --tokens 15.6e12
              standstill estimate compute --devices 16384 --peak-rate 989.5e12 \
                --utilisation 0.4 --days 54
            """)

    @Option(help: ArgumentHelp("Parameters that work on a token.", valueName: "n"))
    var parameters: Double?

    @Option(help: ArgumentHelp("Tokens trained on, repetitions included.", valueName: "n"))
    var tokens: Double?

    @Option(help: ArgumentHelp("How many accelerators.", valueName: "n"))
    var devices: Double?

    @Option(help: ArgumentHelp("Operations a second of one of them.", valueName: "n"))
    var peakRate: Double?

    @Option(help: ArgumentHelp("The share of that which was used.", valueName: "share"))
    var utilisation: Double?

    @Option(help: ArgumentHelp("For how long.", valueName: "days"))
    var days: Double?

    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws {
        let dense = [parameters, tokens].compactMap(\.self).count
        let hardware = [devices, peakRate, utilisation, days].compactMap(\.self).count
        guard (dense == 2 && hardware == 0) || (dense == 0 && hardware == 4) else {
            throw ValidationError(
                "give --parameters and --tokens, or --devices, --peak-rate, --utilisation and "
                    + "--days")
        }
    }

    func run() throws {
        let operations = try estimating { () throws(UnusableSample) in
            if let parameters, let tokens {
                return try TrainingCompute.estimate(parameters: parameters, tokens: tokens)
            }
            return try TrainingCompute.estimate(
                devices: devices ?? 0, peakRate: peakRate ?? 0, utilisation: utilisation ?? 0,
                seconds: (days ?? 0) * 86_400)
        }
        let logarithm = TrainingCompute.decimalLogarithm(operations)
        guard !json else {
            return printJSON([
                "value": .number(operations), "unit": "FLOP", "log10": .number(logarithm),
                "method": .string(parameters == nil ? "hardware" : "6ND"),
            ])
        }
        print("\(operations.sentence) FLOP (log10 \(logarithm.sentence))")
    }
}
