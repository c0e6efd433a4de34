// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import TransparencyLog

/// A state as people read it: a plain sentence first, then what it rests on.
struct StatusPage {
    let state: JSON
    /// Its name, as the state holds only its digest.
    let agreement: String
    /// Whose triggers are told with all their reasons; nil tells those of crossed ones.
    var subject: String?
    /// Who is bound, how much compute that is, and who stands where; nil without the agreement.
    var headline: String?

    func lines(verification: String) -> [String] {
        [sentence] + [headline].compactMap(\.self) + [verification]
            + section("order", order) + section("causes", causes) + section("triggers", triggers)
            + section("measurements", measurements) + section("evaluations", evaluations)
            + section("questions", questions) + section("sites", sites)
            + section("mitigations", mitigations) + section("milestones", milestones)
            + section("self-reports", selfReports) + section("parties", parties)
    }

    private func section(_ title: String, _ lines: [String]) -> [String] {
        lines.isEmpty ? [] : ["", title] + lines.map { "  \($0)" }
    }

    private var at: Time { Time(milliseconds: state["at"]?.integer ?? 0) }

    // MARK: - The sentence

    private var sentence: String {
        let since = time(state["brake"]?["since"]).map { " since \($0)" } ?? ""
        let decided = measures.filter { $0["models"] == nil }
        let on = parties(of: decided)
        switch state["brake"]?["state"]?.string.flatMap({ BrakeState(rawValue: $0) }) {
        case .openForSignature?:
            return "\(agreement) is open for signature: it binds nobody yet." + ownStops
        case .running?: return "No pause: work goes on under \(agreement)\(since)." + ownStops
        case .notified?:
            let what =
                decided.first.map { "\(text($0["measure"])) is in force" } ?? "a question is open"
            return "No pause, but \(what) under \(agreement)\(since)." + ownStops
        case .called?:
            let from =
                time(decided.first?["from"]).map { "\($0)\(distance(to: $0))" } ?? "a time not said"
            return "A pause is called under \(agreement): covered work of \(on) stops at \(from)."
        case .paused?:
            return
                "A pause is in force under \(agreement)\(since): covered work of \(on) stands still."
        case .resuming?: return "A pause under \(agreement) is being lifted\(since)."
        case .ended?: return "\(agreement) has ended\(since)."
        case nil: return "The node does not say what state \(agreement) is in."
        }
    }

    /// A measure over named models is one that a party imposed on itself.
    private var ownStops: String {
        let own = measures.filter { $0["models"] != nil }
        return own.isEmpty ? "" : " Stopped by their own word: \(parties(of: own))."
    }

    private func parties(of measures: [JSON]) -> String {
        let parties = Set(measures.flatMap { $0["parties"]?.array ?? [] }.compactMap(\.string))
        return parties.isEmpty ? "nobody" : parties.sorted().joined(separator: ", ")
    }

    // MARK: - Sections

    private var measures: [JSON] { state["order"]?["measures"]?.array ?? [] }

    /// Measures and causes as values, for which the law has the words; nil where they are none.
    private var standing: Order? {
        guard let object = state.object, let order = object["order"]?.object else { return nil }
        var members: JSONObject = [
            "root": .string(MerkleHash.empty.base64), "state": object["brake"]?["state"] ?? .null,
            "tick": object["at"] ?? .null,
        ]
        for name in ["agreement", "terms", "rules", "models", "size"] {
            members[name] = object[name]
        }
        for name in ["epoch", "measures", "causes", "expiry"] { members[name] = order[name] }
        return try? Order(json: .object(members))
    }

    private var order: [String] {
        let epoch = "epoch \(state["order"]?["epoch"]?.integer ?? 0)"
        let expiry =
            time(state["order"]?["expiry"]).map { ", ends by itself at \($0)\(distance(to: $0))" }
            ?? ""
        guard let standing else { return ["\(epoch)\(expiry), measures that cannot be read"] }
        guard !standing.measures.isEmpty else { return ["\(epoch)\(expiry), no measure"] }
        return ["\(epoch)\(expiry)"]
            + standing.measures.map { measure in
                "\(measure.sentence), because of \(measure.causes.joined(separator: ", ")) "
                    + "(article \(measure.clause))"
            }
    }

    private var causes: [String] {
        (standing?.causes ?? []).map { "\($0.id): \($0.sentence) (article \($0.clause))" }
    }

    private var triggers: [String] {
        let all = (state["triggers"]?.array ?? []).filter {
            subject == nil || $0["subject"]?.string == subject
        }
        let crossed = all.filter { isTold($0) }
        let others = all.filter { !isTold($0) }
        let left = others.count - StatusPage.mostTriggers
        return crossed.flatMap {
            [sentence($0)] + ($0["reason"].map { reasons($0, depth: 1) } ?? [])
        }
            + others.prefix(StatusPage.mostTriggers).map { sentence($0) }
            + (left > 0
                ? ["and \(left) more that are not crossed; --subject SUBJECT tells one's reasons"]
                : [])
    }

    private static let mostTriggers = 10

    private func isTold(_ trigger: JSON) -> Bool {
        subject != nil || trigger["verdict"]?.string == TriggerVerdict.crossed.rawValue
    }

    private func sentence(_ trigger: JSON) -> String {
        let since = time(trigger["since"]).map { " since \($0)" } ?? ""
        let pending =
            time(trigger["pending"]?["since"]).map { ", pending: its condition holds since \($0)" }
            ?? ""
        let kept = time(trigger["kept-until"]).map { ", kept until \($0)" } ?? ""
        return "\(text(trigger["trigger"])) on \(text(trigger["subject"])): "
            + "\(text(trigger["verdict"]))\(since)\(pending)\(kept)"
    }

    /// The tree of reasons, each part under what it is a part of.
    private func reasons(_ reason: JSON, depth: Int) -> [String] {
        let indent = String(repeating: "  ", count: depth)
        let entry = reason["entry"]?.integer.map { " (entry \($0))" } ?? ""
        return ["\(indent)\(text(reason["text"]))\(entry)"]
            + (reason["children"]?.array ?? []).flatMap { reasons($0, depth: depth + 1) }
    }

    private var questions: [String] {
        (state["questions"]?.array ?? []).map { question in
            let about =
                [
                    question["subject"]?.string, question["accused"]?.string,
                    question["cause"]?.string,
                ]
                .compactMap(\.self).first.map { " on \($0)" } ?? ""
            let head =
                "\(text(question["id"])): \(text(question["kind"]))\(about), \(text(question["status"]))"
            guard question["status"]?.string == "open" else {
                return head + (time(question["closed"]).map { " at \($0)" } ?? "")
            }
            let votes = (question["votes"]?.array ?? []).filter { $0["counts"]?.bool == true }
            let yes = votes.count { $0["choice"]?.string == Vote.Choice.yes.rawValue }
            let quorum = question["rule"]?["quorum"]?.integer.map { " of \($0) needed" } ?? ""
            let deadline =
                time(question["deadline"]).map { ", closes \($0)\(distance(to: $0))" } ?? ""
            return "\(head), \(yes) yes\(quorum)\(deadline) (article \(text(question["clause"])))"
        }
    }

    private var parties: [String] {
        let parties = state["parties"]?.array ?? []
        let width = parties.map { text($0["name"]).count }.max() ?? 0
        return parties.map { party in
            let name = text(party["name"])
            let reason = party["reason"]?.string.map { ": \($0)" } ?? ""
            return name + String(repeating: " ", count: width - name.count + 2)
                + text(party["state"]) + reason
        }
    }

    // MARK: - Words

    func text(_ json: JSON?) -> String { json?.string ?? "not said" }

    func time(_ json: JSON?) -> Time? { json?.integer.map { Time(milliseconds: $0) } }

    /// ` (in 13 d 4 h)` or ` (3 h ago)`, in the two largest units that are not zero.
    func distance(to time: Time) -> String {
        let span = time - at
        let minutes = span.milliseconds.magnitude / 60_000
        let parts: [(UInt64, String)] = [
            (minutes / 1440, "d"), (minutes / 60 % 24, "h"), (minutes % 60, "min"),
        ]
        let words = parts.filter { $0.0 > 0 }.prefix(2).map { "\($0.0) \($0.1)" }
        let length = words.isEmpty ? "less than a minute" : words.joined(separator: " ")
        return span < .zero ? " (\(length) ago)" : " (in \(length))"
    }
}
