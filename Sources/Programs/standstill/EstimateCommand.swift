// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

struct EstimateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "estimate",
        abstract: "Compute intervals, trends, tests and rates as the law's figures are computed.",
        discussion: """
            Every figure comes with its error: an interval, or the coverage of a pair of ranks. \
            JSON numbers have all their digits; what is signed later is rounded to six. \
            docs/METHODS.md says of each what it is, when to use it and what it cannot say.

              standstill estimate proportion --successes 20 --trials 24 --method wilson
            """,
        groupedSubcommands: [
            CommandGroup(
                name: "Rates and means",
                subcommands: [
                    EstimateProportionCommand.self, EstimateMeanCommand.self,
                    EstimateMedianCommand.self, EstimatePassAtKCommand.self,
                    EstimateCensoredCommand.self,
                ]),
            CommandGroup(
                name: "Looking again and again",
                subcommands: [
                    EstimateConfidenceSequenceCommand.self, EstimateMeanBoundCommand.self,
                    EstimateEValueCommand.self, EstimateCombinedEValueCommand.self,
                    EstimateSequentialTestCommand.self,
                ]),
            CommandGroup(
                name: "Growth",
                subcommands: [
                    EstimateTrendCommand.self, EstimateTrendChangeCommand.self,
                    EstimateRateMultiplierCommand.self,
                ]),
            CommandGroup(
                name: "Several figures",
                subcommands: [
                    EstimatePoolCommand.self, EstimateAgreedBoundsCommand.self,
                    EstimateMultipleTestsCommand.self, EstimatePowerCommand.self,
                ]),
            CommandGroup(
                name: "Research and development",
                subcommands: [
                    EstimateComputeCommand.self, EstimateGapRecoveredCommand.self,
                    EstimateCodeShareCommand.self, EstimateMergedCodeCommand.self,
                ]),
        ]
    )
}
