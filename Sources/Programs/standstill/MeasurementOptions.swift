// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import EvaluationLogs
import Measurement
import PauseAgreement
import TransparencyLog

/// What a figure needs besides itself to become a signed measurement, and where it goes.
struct MeasurementOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Write a measurement statement's predicate there; needs --indicator and --subject.",
            valueName: "out.json"))
    var measurement: String?

    @Flag(
        help:
            "Sign it: an envelope goes to --out, or to standard output; needs --agreement and --key."
    )
    var sign = false

    @Option(
        help: ArgumentHelp("The agreement that the statement stands under.", valueName: "file"))
    var agreement: String?

    @Option(
        name: .customLong("key"),
        help: ArgumentHelp(
            "A private key of the signing party; once for each key where it needs several.",
            valueName: "file"))
    var keys: [String] = []

    @Option(
        help: ArgumentHelp(
            "Where the envelope goes, instead of standard output.", valueName: "envelope.json"))
    var out: String?

    @Option(help: ArgumentHelp("The indicator, as the agreement names it.", valueName: "name"))
    var indicator: String?

    @Option(help: ArgumentHelp("The model that was measured, or 'frontier'.", valueName: "model"))
    var subject: String?

    @OptionGroup var circumstances: MeasurementCircumstances

    var isAsked: Bool { measurement != nil || sign }

    func validate() throws {
        guard isAsked else {
            guard indicator == nil, subject == nil else {
                throw ValidationError("--indicator and --subject are for --measurement or --sign")
            }
            return
        }
        guard let indicator, subject != nil else {
            throw ValidationError(
                "\(sign ? "--sign" : "--measurement") needs --indicator and --subject")
        }
        guard indicator.isPlainName else {
            throw ValidationError(
                "'\(indicator)' is no indicator's name: lower-case letters, digits, '-' and '.', "
                    + "at most 64"
            )
        }
        guard sign || (keys.isEmpty && out == nil) else {
            throw ValidationError("--key and --out are for --sign")
        }
        guard !sign || (agreement != nil && !keys.isEmpty) else {
            throw ValidationError("--sign needs --agreement and --key")
        }
    }

    /// Whether the envelope takes standard output for itself.
    var takesOutput: Bool { sign && (out ?? "-") == "-" }

    /// Prints what was found for a program to read.
    ///
    /// - Throws: ``Failure`` 64 where the envelope would stand in the way.
    func print(json members: JSONObject) throws(Failure) {
        guard !takesOutput else {
            throw .usage("--json and the envelope cannot share standard output", hint: "give --out")
        }
        printJSON(.object(members))
    }

    /// Prints what was found for people: on standard error where the envelope has the output.
    func print(lines: [String]) throws(Failure) {
        if takesOutput {
            for line in lines { printError(line) }
        } else {
            Swift.print(lines.joined(separator: "\n"))
        }
    }

    /// Writes what was asked for: the predicate, the envelope or both; nothing where nothing was.
    ///
    /// - Throws: ``Failure`` 2 where there is no finite value to state, 64 for what the agreement
    ///   does not know, 74 where the disk fails.
    func deliver(_ measured: MeasuredFigure) throws(Failure) {
        guard isAsked else { return }
        let terms: Agreement?
        if let agreement { terms = try readAgreement(agreement) } else { terms = nil }
        let predicate = JSON.object(try measuredValue(measured, under: terms).json)
        if let measurement { try OutputFile.write(predicate.prettyBytes, to: measurement) }
        guard sign, let agreement else { return }
        let options: SigningOptions
        do {
            options = try SigningOptions.parse(
                ["--agreement=\(agreement)"] + keys.map { "--key=\($0)" })
        } catch {
            throw .usage("the keys and the agreement cannot be read: \(error)")
        }
        let signed = try options.sign(
            .measurement, predicate, from: "the figure", sequence: nil)
        let line = String(decoding: signed.envelope.json.canonicalBytes, as: UTF8.self)
        try OutputFile.write(Array((line + "\n").utf8), to: out ?? "-")
    }

    /// The figure as a statement says it: six significant digits, exact decimals.
    private func measuredValue(
        _ measured: MeasuredFigure, under agreement: Agreement?
    ) throws(Failure) -> MeasuredValue {
        guard let indicator, let named = subject else {
            throw .usage("a measurement needs --indicator and --subject")
        }
        guard let subject = Subject(named) ?? Subject("model:\(named)") else {
            throw .usage("'\(named)' is no subject: a model's name, or frontier")
        }
        let figure = try converted(measured.figure, for: indicator, of: subject, under: agreement)
        guard let value = figure.value.flatMap(ExactDecimal.init(rounding:)) else {
            throw .unknown("there is no finite value to state")
        }
        let around = circumstances
        return MeasuredValue(
            indicator: indicator, subject: subject, value: value, unit: figure.unit,
            interval: try interval(of: figure, around: value), n: figure.n.map { Int64($0) },
            clusters: figure.clusters.map { Int64($0) }, suite: around.suite ?? figure.suite,
            method: around.method ?? figure.method, assurance: around.assurance,
            made: around.made.flatMap { Time($0) } ?? figure.made ?? Time.now,
            elicitation: around.elicitation,
            modelDigest: around.modelDigest.flatMap { Digest(hex: $0) }, evidence: measured.files,
            source: around.source, fictional: around.fictional,
            stage: around.preliminary ? .preliminary : .final,
            corrects: around.corrects.map { LogIndex($0) }, reason: around.reason,
            access: around.access, safeguards: around.safeguards, budget: around.budget,
            relationship: around.relationship ?? figure.relationship,
            recipe: measured.recipe?.description)
    }

    /// In the unit of the agreement's indicator, where an agreement is at hand.
    private func converted(
        _ figure: EvaluationFigure, for name: String, of subject: Subject,
        under agreement: Agreement?
    ) throws(Failure) -> EvaluationFigure {
        guard let agreement else { return figure }
        guard let indicator = agreement.indicators.first(where: { $0.name == name }) else {
            let names = agreement.indicators.map(\.name).sorted().joined(separator: ", ")
            throw .usage("the agreement has no indicator \(name)", hint: "it has: \(names)")
        }
        guard indicator.subject == subject.kind else {
            throw .usage(
                "the indicator \(name) is of a \(indicator.subject.rawValue), not of \(subject)")
        }
        guard let converted = figure.converted(to: indicator.unit) else {
            throw .usage(
                "the figure is in \(figure.unit.rawValue), and \(name) in \(indicator.unit.rawValue)"
            )
        }
        return converted
    }

    private func interval(
        of figure: EvaluationFigure, around value: ExactDecimal
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
        guard let confidence = ExactDecimal(rounding: figure.confidence) else {
            throw .bug("a confidence that is no number")
        }
        return MeasuredValue.Interval(
            low: low, high: high, confidence: confidence, method: figure.intervalMethod)
    }
}

/// A figure that was read, with the files it came from and how.
struct MeasuredFigure {
    let figure: EvaluationFigure
    /// Nil where nobody can compute it again from the files.
    let recipe: Recipe?
    let files: [MeasuredValue.EvidenceFile]

    init(_ figure: EvaluationFigure, recipe: Recipe?, files: [MeasuredValue.EvidenceFile]) {
        self.figure = figure
        self.recipe = recipe
        self.files = files
    }
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
