// SPDX-License-Identifier: Apache-2.0
import PauseAgreement
import TransparencyLog

extension Mutation {
    private static let decided = "recusal: [accused, nominated-by-accused]\n    deadline: 14 d"
    private static let third = "{measure: cap, threshold: 1e25 FLOP, lasts: 14 d}"

    private static func nominated(_ number: Int, _ start: String, by: String) -> (String, String) {
        let state = ["norland", "norland", "sudland", "sudland", "westland"][number - 1]
        let key = "\n    key: MCowBQYDK2VwAyEA\(start)"
        return ("nominated-by: \(state)\(key)", "nominated-by: \(by)\(key)")
    }

    private static let spareKey: String = {
        let key = try? PrivateKey(seed: [UInt8](repeating: 7, count: 32)).publicKey
        return Base64.encode(key?.spki ?? [])
    }()
    private static let monitorKey =
        "MCowBQYDK2VwAyEAAnaD7uVj2pHEVn+0j9M2NdSLgKvRjvO69aR8jxRaOFg="

    /// Parties, monitors, clocks, decisions and the way back.
    static let others: [Mutation] = [
        Mutation(
            "self-nomination", [nominated(3, "sb4G", by: "councillor-3")],
            says: "nobody nominates itself", at: "nominated-by: councillor-3",
            pointed: "councillor-3"),
        Mutation(
            "shares above one", [("share: 22 %", "share: 43 %")],
            says: "the parties' shares sum to more than 100 %", at: "parties:",
            pointed: "parties:"),
        Mutation(
            "too many to join", [("  at-least: 12", "  at-least: 23")],
            says: "can never be reached: 23 needed", at: "  at-least: 23", pointed: "23"),
        Mutation(
            "too large a share", [("least-share: 55 %", "least-share: 80.1 %")],
            says: "those who may join hold 80 %", at: "least-share: 80.1 %", pointed: "80.1 %"),
        Mutation(
            "monitor with two keys", [("key: \(monitorKey)", "keys: [\(monitorKey), \(spareKey)]")],
            says: "a monitor signs with exactly one key", at: "  monitor-1:",
            pointed: "monitor-1:"),
        Mutation(
            "reserved name", [("  monitor-4:", "  none:")], says: "no monitor can have this name",
            at: "  none:", pointed: "none:"),
        Mutation(
            "one monitor", [("signatures: 3", "signatures: 1")],
            says: "one key alone could invent an order", at: "signatures: 1", pointed: "1"),
        Mutation(
            "two monitors", [("signatures: 3", "signatures: 2")], says: "too few: with 1 of 4",
            at: "signatures: 2", pointed: "2"),
        Mutation(
            "all monitors", [("signatures: 3", "signatures: 4")], says: "too many: with 1 of 4",
            at: "signatures: 4", pointed: "4"),
        Mutation(
            "developers' monitors",
            (1...3).map { number in
                (
                    "  monitor-\(number):\n",
                    "  monitor-\(number):\n    nominated-by: developer-\(["a", "b", "c"][number - 1])\n"
                )
            }, says: "developers alone could sign an order", at: "signatures: 3", pointed: "3"),
        Mutation(
            "lasting provisional order", [("lapses-after: 30 d", "lapses-after: 31 d")],
            says: "a provisional order lapses after 30 d at most", at: "lapses-after: 31 d",
            pointed: "31 d"),
        Mutation(
            "late confirmation",
            [("deadline: 21 d\n    on-timeout: lapse", "deadline: 30 d\n    on-timeout: lapse")],
            says: "the order has lapsed before it can be confirmed", at: "deadline: 30 d",
            pointed: "30 d"),
        Mutation(
            "lapsing to no less", [("\n  to: notify", "\n  to: cap")],
            says: "would not become milder when it lapses", at: "  to: cap", pointed: "cap"),
        Mutation(
            "short lease", [("lease: 2 h", "lease: 69 min")],
            says: "gates would stop all work before monitors sign", at: "lease: 69 min",
            pointed: "69 min"),
        Mutation(
            "access at once", [("access-answer-within: 14 d", "access-answer-within: 59 min")],
            says: "no answer could be logged and seen in time", at: "access-answer-within: 59 min",
            pointed: "59 min"),
        Mutation(
            "stale before the decision", [("stale-after: 365 d", "stale-after: 13 d")],
            says: "a measurement goes stale before the council must have decided",
            at: "stale-after: 13 d", pointed: "13 d", severity: .warning),
        Mutation(
            "judgement stale before the decision",
            [("stale-after: 180 d", "stale-after: 13 d"), (", over: 30 d}", "}")],
            says: "a judgement goes stale before the council must have decided",
            at: "stale-after: 13 d", pointed: "13 d", severity: .warning),
        Mutation(
            "pause on silence",
            [("on-silence:\n  measure: cap", "on-silence:\n  measure: pause")],
            says: "silence must not cause a pause", at: "  measure: pause", pointed: "pause"),
        // Decisions
        Mutation(
            "developer in the council", [("    - councillor-4\n", "    - developer-c\n")],
            says: "is a developer or operator and may not vote", at: "    - developer-c",
            pointed: "developer-c"),
        Mutation(
            "one vote", [("  determination:\n    quorum: 3", "  determination:\n    quorum: 1")],
            says: "one key alone could decide", at: "    quorum: 1", pointed: "1"),
        Mutation(
            "more votes than members", [("quorum: 4", "quorum: 8")],
            says: "can never be met: the council has 7 members", at: "quorum: 8", pointed: "8"),
        Mutation(
            "more jurisdictions than there are",
            [("quorum: 4\n    jurisdictions: 2", "quorum: 4\n    jurisdictions: 4")],
            says: "the council comes from 3, 4 are asked for", at: "jurisdictions: 4",
            pointed: "4"),
        Mutation(
            "members of developers",
            [
                nominated(1, "SnuB", by: "developer-a"), nominated(3, "sb4G", by: "developer-b"),
                nominated(5, "+uav", by: "developer-c"),
            ], says: "members whom developers nominated could form it alone", at: "    quorum: 3",
            pointed: "3"),
        Mutation(
            "the accused blocks by votes", [("quorum: 4", "quorum: 5")],
            says: "cannot be met without \"norland\" and whom it nominated: 4 members are left",
            at: "quorum: 5", nth: 3, pointed: "5"),
        Mutation(
            "the accused blocks by jurisdictions",
            [("quorum: 4\n    jurisdictions: 2", "quorum: 4\n    jurisdictions: 3")],
            says: "cannot be met without \"norland\" and whom it nominated: 2 are left",
            at: "jurisdictions: 3", nth: 3, pointed: "3"),
        Mutation(
            "one's own case",
            [(decided, decided.replacing("[accused, nominated-by-accused]", with: "[accused]"))],
            says: "may vote on its own case", at: "recusal: [accused]", pointed: "recusal",
            severity: .warning),
        Mutation(
            "lapse of a determination",
            [("deadline: 14 d\n    on-timeout: reject", "deadline: 14 d\n    on-timeout: lapse")],
            says: "a determination that nobody decides in time must reject",
            at: "on-timeout: lapse", pointed: "lapse"),
        Mutation(
            "confirmed as easily as called",
            [("  confirmation:\n    quorum: 5", "  confirmation:\n    quorum: 3")],
            says: "must be above the determination's, 3", at: "    quorum: 3", nth: 2,
            pointed: "3"),
        Mutation(
            "lifted more easily than confirmed",
            [("  resume:\n    quorum: 5", "  resume:\n    quorum: 4")],
            says: "must not be below the confirmation's, 5", at: "quorum: 4", pointed: "4"),
        // The way back
        Mutation(
            "gates that open apart", [("opens-after: 24 h", "opens-after: 64 min")],
            says: "gates would not all open at one tick", at: "opens-after: 64 min",
            pointed: "64 min"),
        Mutation(
            "too many mitigations", [("requires-mitigations: 1", "requires-mitigations: 6")],
            says: "5 auditors and evaluators are independent of", at: "requires-mitigations: 6",
            pointed: "6"),
        Mutation(
            "step back", [(third, third.replacing("cap", with: "pause"))],
            says: "pause after slow would be a step back", at: "{measure: pause, threshold",
            pointed: "pause, threshold"),
        Mutation(
            "lower threshold", [(third, third.replacing("1e25", with: "1e23"))],
            says: "must not be below the 1e24 FLOP before it", at: "threshold: 1e23 FLOP, lasts",
            pointed: "1e23 FLOP, lasts"),
        Mutation(
            "the same stage twice",
            [(third, third.replacing("cap", with: "slow").replacing("1e25", with: "1e24"))],
            says: "nothing would resume", at: "{measure: slow, threshold: 1e24", nth: 2,
            pointed: "slow, threshold"),
        Mutation(
            "short stage", [(third, third.replacing("14 d", with: "29 min"))],
            says: "would be over before an order says it", at: "lasts: 29 min", pointed: "29 min"),
        Mutation(
            "stage beyond what was called",
            [
                (
                    "distillation]\n    threshold: 1e24 FLOP",
                    "distillation]\n    threshold: 1e25 FLOP"
                )
            ],
            says: "after a call of slow it would catch more than slow itself",
            at: "{measure: slow, threshold", pointed: "1e24 FLOP, lasts"),
        Mutation(
            "too many attesters",
            [("oversight:\n      attesters: 2", "oversight:\n      attesters: 17")],
            says: "can never be met: 16 parties may attest it", at: "attesters: 17",
            pointed: "17"),
        Mutation(
            "attesters from too many places",
            [
                (
                    "jurisdictions: 2\n      text: The states",
                    "jurisdictions: 5\n      text: The states"
                )
            ],
            says: "those who may attest it come from 4", at: "jurisdictions: 5", pointed: "5"),
        Mutation(
            "more places than attesters",
            [
                (
                    "jurisdictions: 2\n      text: The states",
                    "jurisdictions: 3\n      text: The states"
                )
            ],
            says: "2 attesters are enough, and each has one", at: "jurisdictions: 3", nth: 3,
            pointed: "3"),
        Mutation(
            "never lifted",
            [("    lifted-by: [alignment, oversight, society]\n    rearm: [30 d]\n", "")],
            says: "can never be lifted", at: "  frontier-acceleration:",
            pointed: "frontier-acceleration:"),
        Mutation(
            "a model lifted by milestones",
            [("    article: \"4.4\"\n", "    lifted-by: [society]\n    article: \"4.4\"\n")],
            says: "lifted-by: only for triggers of the frontier", at: "lifted-by: [society]",
            pointed: "lifted-by"),
        Mutation(
            "a model's trigger rearmed",
            [("    article: \"4.4\"\n", "    rearm: [1e27 FLOP]\n    article: \"4.4\"\n")],
            says: "rearm: only for triggers of the frontier", at: "rearm: [1e27 FLOP]",
            pointed: "rearm"),
        Mutation(
            "unknown milestone", [("oversight, society]", "oversight, sociaty]")],
            says: "no milestone is named \"sociaty\"", at: "sociaty]", pointed: "sociaty]"),
        Mutation(
            "rearmed but not lifted", [("    lifted-by: [alignment, oversight, society]\n", "")],
            says: "nothing is lifted, so nothing is rearmed", at: "rearm: [30 d]",
            pointed: "rearm"),
        Mutation(
            "rearmed easier", [("rearm: [30 d]", "rearm: [70 d]")],
            says: "must be below the figure before it, 60 d", at: "rearm: [70 d]",
            pointed: "70 d]"),
        Mutation(
            "rearmed out of reach", [("rearm: [30 d]", "rearm: [5 d]")],
            says: "lies outside of what doubling-time can show", at: "rearm: [5 d]",
            pointed: "5 d]"),
    ]
}
