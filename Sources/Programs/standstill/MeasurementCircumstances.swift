// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import PauseAgreement
import TransparencyLog

/// How a measurement came about, as no file of results tells it.
struct MeasurementCircumstances: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The suite and its version. (default: as the file tells)", valueName: "text"))
    var suite: String?

    @Option(
        help: ArgumentHelp("How it was measured. (default: as it was computed)", valueName: "text"))
    var method: String?

    @Option(help: "Who stands for it.")
    var assurance = Assurance.selfReported

    @Option(
        help: ArgumentHelp(
            "When it was measured. (default: when the log began; now, for a table)",
            valueName: "time"))
    var made: String?

    @Option(help: ArgumentHelp("How capability was drawn out.", valueName: "text"))
    var elicitation: String?

    @Option(help: ArgumentHelp("What was spent on drawing it out.", valueName: "text"))
    var budget: String?

    @Option(help: "What the evaluator could see of the model.")
    var access: AccessTier?

    @Option(help: "Whether the model's safeguards were on.")
    var safeguards: MeasuredValue.Safeguards?

    @Option(help: "How the evaluator stands to the developer. (default: as the file tells)")
    var relationship: MeasuredValue.Relationship?

    @Option(help: ArgumentHelp("SHA-256 of the checkpoint that was measured.", valueName: "hex"))
    var modelDigest: String?

    @Option(help: ArgumentHelp("Where a published figure was taken from.", valueName: "text"))
    var source: String?

    @Flag(help: "It may still change: shown, and never counted.")
    var preliminary = false

    @Option(
        help: ArgumentHelp(
            "The entry of your measurement that this one takes the place of.", valueName: "entry"))
    var corrects: UInt64?

    @Option(help: ArgumentHelp("Why it is corrected.", valueName: "text"))
    var reason: String?

    @Flag(help: "The subject is made up.")
    var fictional = false

    func validate() throws {
        if let made, Time(made) == nil {
            throw ValidationError("--made takes a time such as 2026-11-21T20:00:00Z, not '\(made)'")
        }
        if let modelDigest, Digest(hex: modelDigest) == nil {
            throw ValidationError(
                "--model-digest takes 64 lower-case hex digits, not '\(modelDigest)'")
        }
        guard (corrects == nil) == (reason == nil) else {
            throw ValidationError("--corrects and --reason belong together")
        }
    }
}
