// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
public import TransparencyLog

extension State {
    /// The one sentence to be quoted: who is bound, how much compute that is, who stands where.
    ///
    /// - Parameter agreement: the one that the state is of.
    public func headline(_ agreement: Agreement) -> Headline {
        Headline(
            agreement, at: at, size: size, brake: brake,
            measure: order.measures.filter { $0.models == nil }.map(\.measure).max(),
            states: Dictionary(
                parties.map { ($0.name, $0.state) }, uniquingKeysWith: { first, _ in first }))
    }
}

/// Who of those that do covered work is bound, and how each stands, at one instant.
///
/// Lists are in the order of names: nobody is ranked.
public struct Headline: Hashable, Sendable {
    public let at: Time
    public let size: TreeSize
    public let brake: BrakeState
    /// The strongest measure in force by decision.
    public let measure: Measure?
    /// The developers that the agreement names; others are not known to it.
    public let known: [String]
    /// Those of them that are bound.
    public let bound: [String]
    /// What the bound ones hold of estimated frontier compute, by the agreement's own estimates.
    public let share: ExactDecimal
    /// Developers and operators in each state.
    public let standing: [PartyState: [String]]

    init(
        _ agreement: Agreement, at: Time, size: TreeSize, brake: BrakeState, measure: Measure?,
        states: [String: PartyState]
    ) {
        self.at = at
        self.size = size
        self.brake = brake
        self.measure = measure
        let developers = agreement.parties(with: .developer)
        known = developers.map(\.name)
        let bound = developers.filter { states[$0.name]?.isBound ?? false }
        self.bound = bound.map(\.name)
        share = bound.reduce(.zero) { $0.adding($1.share) ?? $0 }
        standing = Dictionary(
            grouping: agreement.parties.filter(\.doesCoveredWork).map(\.name),
            by: { states[$0] ?? .outside })
    }

    /// Reads what it needs from a state as JSON; nil where that is none.
    public init?(stateJSON json: JSON, agreement: Agreement) {
        guard let at = json["at"]?.integer, let size = json["size"]?.integer, size >= 0,
            let brake = json["brake"]?["state"]?.string.flatMap({ BrakeState(rawValue: $0) }),
            let parties = json["parties"]?.array
        else { return nil }
        var states: [String: PartyState] = [:]
        for party in parties {
            guard let name = party["name"]?.string,
                let state = party["state"]?.string.flatMap({ PartyState(rawValue: $0) })
            else { return nil }
            states[name] = state
        }
        let measures = (json["order"]?["measures"]?.array ?? []).filter { $0["models"] == nil }
        self.init(
            agreement, at: Time(milliseconds: at), size: TreeSize(UInt64(size)), brake: brake,
            measure: measures.compactMap { $0["measure"]?.string.flatMap(Measure.init) }.max(),
            states: states)
    }
}

extension Headline {
    /// `A pause is in force: 4 of the 5 known frontier developers are bound, with 70 % of estimated
    /// frontier compute; developer-a has stopped; developer-e is outside.`
    public var sentence: String {
        "\(beginning): \(whereabouts)."
    }

    /// The same without how the brake stands, for where that is said already.
    public var rest: String { "\(whereabouts.prefix(1).uppercased())\(whereabouts.dropFirst())." }

    private var whereabouts: String {
        ([binding] + (nobodyStops ? ["nobody is stopped"] : []) + standings)
            .joined(separator: "; ")
    }

    private var beginning: String {
        switch brake {
        case .openForSignature: "The agreement is open for signature"
        case .running: "No pause is in force"
        case .notified:
            measure.map { "No pause is in force, but the measure \"\($0.rawValue)\" is" }
                ?? "No pause is in force, but a question is open"
        case .called: "A pause is called"
        case .paused: "A pause is in force"
        case .resuming: "A pause is being lifted in stages"
        case .ended: "The agreement has ended"
        }
    }

    private var binding: String {
        guard !known.isEmpty else { return "the agreement names no frontier developer" }
        guard !bound.isEmpty else {
            let yet = brake == .openForSignature ? " yet" : ""
            return
                "none of the \(counted(known.count, "known frontier developer")) is bound\(yet)"
        }
        let who =
            known.count == 1
            ? "the one known frontier developer is bound"
            : bound.count == known.count
                ? "all \(known.count) known frontier developers are bound"
                : "\(bound.count) of the \(known.count) known frontier developers "
                    + (bound.count == 1 ? "is bound" : "are bound")
        return "\(who), with \(share.percent) of estimated frontier compute"
    }

    private var nobodyStops: Bool {
        [PartyState.stopped, .stopping, .unverified].allSatisfy { standing[$0] == nil }
            && !bound.isEmpty
    }

    /// The states that a reader asks for, worst news not first but always there.
    private var standings: [String] {
        let words: [(PartyState, one: String, many: String)] = [
            (.stopped, "has stopped", "have stopped"),
            (.stopping, "is stopping", "are stopping"),
            (.unverified, "is unverified", "are unverified"),
            (.nonCompliant, "was found non-compliant", "were found non-compliant"),
            (.suspended, "has joined but is not bound", "have joined but are not bound"),
            (.withdrawn, "has withdrawn", "have withdrawn"),
            (.outside, "is outside", "are outside"),
        ]
        return words.compactMap { state, one, many in
            guard let names = standing[state], !names.isEmpty else { return nil }
            return "\(listed(names)) \(names.count == 1 ? one : many)"
        }
    }

    /// The same for programs; shares are exact decimals in strings, times milliseconds.
    public var json: JSON {
        var object: JSONObject = [
            "at": .integer(at.milliseconds), "size": .integer(Int64(size.value)),
            "brake": .string(brake.rawValue), "sentence": .string(sentence),
            "known": .array(known.map { .string($0) }), "bound": .array(bound.map { .string($0) }),
            "share": .string(share.description),
        ]
        for state in PartyState.allCases where state != .free {
            object[state.rawValue] = .array((standing[state] ?? []).map { .string($0) })
        }
        object["measure"] = measure.map { .string($0.rawValue) }
        return .object(object)
    }
}

extension PartyState {
    /// Whether the agreement binds the party in this state.
    public var isBound: Bool {
        switch self {
        case .free, .stopping, .stopped, .unverified, .nonCompliant: true
        case .outside, .suspended, .withdrawn: false
        }
    }
}
