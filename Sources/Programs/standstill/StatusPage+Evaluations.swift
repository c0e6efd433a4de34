// SPDX-License-Identifier: Apache-2.0

import Brake
import Dashboard
import PauseAgreement
import TransparencyLog

// What was measured, and what evaluators and developers say of it.

extension StatusPage {
    /// For each indicator a row of bars, in the order of the days on which its values were made,
    /// and the newest value in words.
    var measurements: [String] {
        let all = state["measurements"]?.array ?? []
        var names: [String] = []
        for name in all.map({ text($0["indicator"]) }) where !names.contains(name) {
            names.append(name)
        }
        let width = names.map(\.count).max() ?? 0
        return names.flatMap { name -> [String] in
            let said = all.filter { $0["indicator"]?.string == name }
            // What may still change is told where there is nothing else.
            let final = said.filter { !isPreliminary($0) }
            let held = final.isEmpty ? said : final
            guard let unit = held.first?["unit"]?.string.flatMap({ QuantityUnit(rawValue: $0) })
            else { return [] }
            let line = Sparkline(values(of: name, held), unit: unit)
            guard let line, let newest = newest(held) else { return [] }
            let indent = String(repeating: " ", count: width - name.count + 2)
            let range =
                line.low == line.high
                ? "" : "; bars from \(words(line.low, unit)) to \(words(line.high, unit))"
            return ["\(name)\(indent)\(line.bars)  \(sentence(newest, unit))\(range)"]
        }
    }

    /// What counts or counted, oldest first: no preliminary and no withdrawn value.
    private func values(of name: String, _ held: [JSON]) -> [ExactDecimal] {
        let older = (state["history"]?.array ?? [])
            .filter { $0["indicator"]?.string == name }
            .flatMap { $0["revisions"]?.array ?? [] }
            .filter {
                $0["withdrawn"]?.bool != true && !isPreliminary($0)
            }
        let known = Set(older.compactMap { $0["entry"]?.integer })
        let others = held.filter { measurement in
            measurement["withdrawn"] == nil
                && measurement["entry"]?.integer.map { !known.contains($0) } ?? true
        }
        return (older + others).sorted {
            ($0["made"]?.integer ?? 0, $0["entry"]?.integer ?? 0)
                < ($1["made"]?.integer ?? 0, $1["entry"]?.integer ?? 0)
        }
        .compactMap { $0["value"]?.string.flatMap { ExactDecimal($0) } }
    }

    private func newest(_ held: [JSON]) -> JSON? {
        held.filter { $0["withdrawn"] == nil }.max {
            ($0["made"]?.integer ?? 0, $0["entry"]?.integer ?? 0)
                < ($1["made"]?.integer ?? 0, $1["entry"]?.integer ?? 0)
        }
    }

    private func isPreliminary(_ measurement: JSON) -> Bool {
        measurement["stage"]?.string == MeasuredValue.Stage.preliminary.rawValue
    }

    private func words(_ value: ExactDecimal, _ unit: QuantityUnit) -> String {
        Quantity(value, unit).words
    }

    private func sentence(_ measurement: JSON, _ unit: QuantityUnit) -> String {
        let value = measurement["value"]?.string.flatMap { ExactDecimal($0) } ?? .zero
        var sentence = words(value, unit)
        if let low = measurement["interval"]?["low"]?.string.flatMap({ ExactDecimal($0) }),
            let high = measurement["interval"]?["high"]?.string.flatMap({ ExactDecimal($0) })
        {
            sentence += " (\(words(low, unit)) to \(words(high, unit)))"
        }
        if isPreliminary(measurement) { sentence += ", preliminary" }
        sentence += ", \(text(measurement["subject"])) by \(text(measurement["signer"]))"
        if let made = time(measurement["made"]) {
            sentence += ", made \(made.description.prefix { $0 != "T" })"
        }
        if measurement["fictional"]?.bool == true { sentence += ", fictional" }
        return measurement["stale"]?.bool == true ? sentence + ", too old to count" : sentence
    }

    // MARK: - Evaluations

    var evaluations: [String] { dissent + missed + access + judgements + challenges }

    private var dissent: [String] {
        (state["dissent"]?.array ?? []).map { dissent in
            let sides = ["yes", "no", "unclear"].compactMap { side -> String? in
                let names = (dissent[side]?.array ?? []).compactMap(\.string)
                return names.isEmpty ? nil : "\(side) by \(names.joined(separator: ", "))"
            }
            return "evaluators disagree on \(text(dissent["subject"])), "
                + "\(text(dissent["part"])): \(sides.joined(separator: "; "))"
        }
    }

    private var missed: [String] {
        (state["schedules"]?.array ?? []).filter { $0["missed"] != nil }.map { schedule in
            let since = time(schedule["missed"]).map { " since \($0)\(distance(to: $0))" } ?? ""
            return "no measurement of \(text(schedule["indicator"])) on "
                + "\(text(schedule["subject"])), overdue\(since) (article \(text(schedule["clause"])))"
        }
    }

    private var access: [String] {
        (state["evaluations"]?.array ?? []).map { request in
            let asked =
                "entry \(request["entry"]?.integer ?? 0), \(text(request["evaluator"])) asked "
                + "\(text(request["developer"])) for \(text(request["access"])) access to "
                + text(request["model"])
            guard let answer = request["answer"] else {
                let due = time(request["due"]).map { ", due \($0)\(distance(to: $0))" } ?? ""
                return asked + ": no answer\(due)"
                    + (request["overdue"]?.bool == true ? ", overdue" : "")
            }
            let what =
                answer["granted"]?.bool == true ? "granted \(text(answer["access"]))" : "refused"
            return "\(asked): \(what)" + (answer["in-time"]?.bool == false ? ", late" : "")
                + ": \(text(answer["reason"]))"
        }
    }

    private var judgements: [String] {
        (state["judgements"]?.array ?? []).map { judgement in
            "\(text(judgement["claim"])) on \(text(judgement["subject"])): "
                + "\(text(judgement["holds"])) by \(text(judgement["signer"]))"
                + (judgement["stale"]?.bool == true ? ", too old to count" : "")
                + ": \(text(judgement["reason"]))"
        }
    }

    private var challenges: [String] {
        (state["challenges"]?.array ?? []).map { challenge in
            "entry \(challenge["entry"]?.integer ?? 0), \(text(challenge["party"])) finds "
                + "\(text(challenge["value"])) \(text(challenge["unit"])) instead of entry "
                + "\(challenge["measurement"]?.integer ?? 0): question \(text(challenge["question"])) "
                + text(challenge["outcome"])
        }
    }
}
