// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Measurement
import PauseAgreement
import TransparencyLog

/// What a figure needs besides itself to become a signed measurement.
struct MeasurementOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Write a measurement statement's predicate there; needs --indicator and --subject.",
            valueName: "out.json"))
    var measurement: String?

    @Option(help: ArgumentHelp("The indicator, as the agreement names it.", valueName: "name"))
    var indicator: String?

    @Option(help: ArgumentHelp("The model that was measured, or 'frontier'.", valueName: "model"))
    var subject: String?

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

    @Option(help: ArgumentHelp("SHA-256 of the checkpoint that was measured.", valueName: "hex"))
    var modelDigest: String?

    @Option(help: ArgumentHelp("Where a published figure was taken from.", valueName: "text"))
    var source: String?

    @Flag(help: "The subject is made up.")
    var fictional = false

    var isAsked: Bool { measurement != nil }

    func validate() throws {
        guard measurement != nil else {
            guard indicator == nil, subject == nil else {
                throw ValidationError("--indicator and --subject are for --measurement")
            }
            return
        }
        guard let indicator, subject != nil else {
            throw ValidationError("--measurement needs --indicator and --subject")
        }
        guard indicator.isPlainName else {
            throw ValidationError(
                "'\(indicator)' is no indicator's name: lower-case letters, digits, '-' and '.', "
                    + "at most 64"
            )
        }
        if let made, Time(made) == nil {
            throw ValidationError("--made takes a time such as 2026-11-21T20:00:00Z, not '\(made)'")
        }
        if let modelDigest, Digest(hex: modelDigest) == nil {
            throw ValidationError(
                "--model-digest takes 64 lower-case hex digits, not '\(modelDigest)'")
        }
    }

    /// Writes the predicate that `standstill sign measurement` takes.
    ///
    /// - Throws: ``Failure`` 2 where there is no finite value to state, 74 where the disk fails.
    func write(_ figure: MeasuredFigure) throws(Failure) {
        guard let measurement else { return }
        let predicate = try measurementPredicate(figure)
        try OutputFile.write(JSON.object(predicate.json).prettyBytes, to: measurement)
    }

    /// The figure as a statement says it: six significant digits, exact decimals.
    private func measurementPredicate(_ figure: MeasuredFigure) throws(Failure) -> MeasuredValue {
        guard let indicator, let named = subject else {
            throw .usage("--measurement needs --indicator and --subject")
        }
        guard let subject = Subject(named) ?? Subject("model:\(named)") else {
            throw .usage("'\(named)' is no subject: a model's name, or frontier")
        }
        guard let value = figure.value.flatMap(ExactDecimal.init(rounding:)) else {
            throw .unknown("there is no finite value to state")
        }
        return MeasuredValue(
            indicator: indicator, subject: subject, value: value, unit: figure.unit,
            interval: try interval(of: figure, around: value), n: figure.n.map { Int64($0) },
            clusters: figure.clusters.map { Int64($0) }, suite: suite ?? figure.suite,
            method: method ?? figure.method, assurance: assurance,
            made: made.flatMap { Time($0) } ?? figure.made ?? Time.now, elicitation: elicitation,
            modelDigest: modelDigest.flatMap { Digest(hex: $0) },
            evidence: [
                MeasuredValue.EvidenceFile(
                    name: figure.file.lastPathComponent, digest: figure.digest)
            ],
            source: source, fictional: fictional)
    }

    private func interval(
        of figure: MeasuredFigure, around value: ExactDecimal
    ) throws(Failure) -> MeasuredValue.Interval? {
        guard let interval = figure.interval else { return nil }
        // What no decimal of a statement says any more becomes zero, which is the safe side.
        let lower = 0...1e-50 ~= interval.lower ? 0 : interval.lower
        guard let low = ExactDecimal(rounding: lower) else {
            throw .unknown("the interval has no finite lower end")
        }
        guard let high = ExactDecimal(rounding: interval.upper) else {
            throw .unknown(
                "the interval has no upper end, which a statement cannot say",
                hint: "leave out --bootstrap to state the value alone")
        }
        guard low <= value, value <= high else {
            throw .unknown("the interval does not lie around the value")
        }
        return MeasuredValue.Interval(
            low: low, high: high, confidence: ExactDecimal(coefficient: 95, exponent: -2),
            method: figure.intervalMethod)
    }
}

/// A figure that was read, with what a statement says of its making.
struct MeasuredFigure {
    let value: Double?
    let unit: QuantityUnit
    /// Always of 95 %.
    let interval: Interval?
    let intervalMethod: String
    let n: Int?
    let clusters: Int?
    let suite: String
    let method: String
    /// When the file says that it was measured.
    let made: Time?
    let file: String
    let digest: Digest
}

extension ExactDecimal {
    /// The value at six significant digits; nil for what no decimal says.
    init?(rounding value: Double) {
        guard let text = SignificantDigits.text(of: value) else { return nil }
        self.init(text)
    }
}

extension String {
    /// The name of a file without the folders before it.
    var lastPathComponent: String { split(separator: "/").last.map(String.init) ?? self }
}
