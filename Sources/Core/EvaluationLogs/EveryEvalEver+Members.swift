// SPDX-License-Identifier: Apache-2.0
import TransparencyLog

extension EveryEvalEver {
    /// What the schema says of a member that a figure is made from.
    ///
    /// Source: EvalEval, every_eval_ever, schema 0.3.0 (`eval.schema.json`); null where a member
    /// may be left out counts as left out.
    private enum Kind {
        case text
        case word([String])
        case truth
        case number
        case bound
        case object

        func allows(_ value: JSON) -> Bool {
            switch self {
            case .text: value.string != nil
            case .word(let words): value.string.map(words.contains) ?? false
            case .truth: value.bool != nil
            case .number: value.string == nil && value.finite != nil
            case .bound:
                ["Infinity", "-Infinity"].contains(value.string)
                    || (value.string == nil && value.double != nil)
            case .object: value.object != nil
            }
        }

        /// What is said of a value that is not allowed.
        var refusal: String {
            switch self {
            case .text: "it is no text"
            case .word(let words): "it is none of \(words.joined(separator: ", "))"
            case .truth: "it is neither true nor false"
            case .number: "it is no number"
            case .bound: "it is neither a number nor an infinity"
            case .object: "it is no object"
            }
        }
    }

    private typealias Member = (path: String, kind: Kind, isNeeded: Bool)

    private static let ofRecord: [Member] = [
        ("evaluation_id", .text, true), ("retrieved_timestamp", .text, true),
        ("source_metadata", .object, true),
        ("source_metadata.source_type", .word(["documentation", "evaluation_run"]), true),
        ("source_metadata.source_organization_name", .text, false),
        (
            "source_metadata.evaluator_relationship",
            .word(["first_party", "third_party", "collaborative", "other"]), true
        ),
        ("eval_library", .object, true), ("eval_library.name", .text, true),
        ("eval_library.version", .text, true), ("model_info", .object, true),
        ("model_info.id", .text, true), ("model_info.name", .text, false),
    ]

    private static let ofResult: [Member] = [
        ("evaluation_name", .text, true), ("source_data", .object, true),
        ("source_data.dataset_name", .text, true), ("metric_config", .object, true),
        ("metric_config.metric_id", .text, false), ("metric_config.metric_name", .text, false),
        ("metric_config.metric_unit", .text, false),
        ("metric_config.lower_is_better", .truth, true),
        ("metric_config.min_score", .bound, false), ("metric_config.max_score", .bound, false),
        ("score_details", .object, true), ("score_details.score", .number, true),
        ("score_details.uncertainty", .object, false),
        ("score_details.uncertainty.standard_error", .object, false),
        ("score_details.uncertainty.standard_error.value", .number, false),
        ("score_details.uncertainty.confidence_interval", .object, false),
        ("score_details.uncertainty.confidence_interval.confidence_level", .number, false),
        ("score_details.uncertainty.confidence_interval.method", .text, false),
        ("score_details.uncertainty.num_samples", .number, false),
    ]

    /// - Throws: ``MalformedEvidence`` for the first member that is not what the schema says.
    func checkMembers(of result: JSON, at place: String) throws(MalformedEvidence) {
        try check(record, Self.ofRecord, at: "")
        try check(result, Self.ofResult, at: "\(place).")
    }

    private func check(
        _ json: JSON, _ members: [Member], at place: String
    ) throws(MalformedEvidence) {
        for member in members {
            var value: JSON? = json
            for name in member.path.split(separator: ".") { value = value?[String(name)] }
            guard let value, value != .null else {
                guard member.isNeeded else { continue }
                throw MalformedEvidence(
                    file: file, place: place + member.path, reason: "it is missing")
            }
            guard member.kind.allows(value) else {
                throw MalformedEvidence(
                    file: file, place: place + member.path,
                    reason: member.kind.refusal)
            }
        }
    }
}
