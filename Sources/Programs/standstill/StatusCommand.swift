// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Brake
import Client
import PauseAgreement
import Roles
import TransparencyLog

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Say whether a pause is in force, why, and what is being decided.",
        discussion: """
            Without a policy this is the node's word, and is marked as unverified. With one, the log is \
            fetched and checked, and the state is derived again; it is shown over the entries that enough \
            of your witnesses vouch for. Exit 2 where their newest word is older than two ticks.

            What was checked is kept in --state, so that only what is new is fetched, a moment older than \
            one that was shown is never shown again (exit 2), and a second history is found out (exit 1).

              standstill status --node https://log.example --policy pause.policy
            """)

    @OptionGroup var node: NodeOption

    @OptionGroup var trust: TrustOptions

    @Option(
        help: ArgumentHelp(
            "Tell only this subject's triggers, with all their reasons.",
            valueName: "model:NAME|frontier"))
    var subject: String?

    @Option(
        help: ArgumentHelp(
            "Where to remember what was shown, or none. (default: below $XDG_STATE_HOME or ~/.local/state)",
            valueName: "folder"))
    var state: String?

    @Flag(help: "Print one JSON document: the state, and how far it was verified.")
    var json = false

    func run() async throws {
        let client = try node.client()
        guard let (policy, id) = try trust.read() else { return try await showUnverified(client) }
        let kept = try await kept(client, policy, id)
        let audit = try await LogAudit(
            of: client, policy: policy, agreementID: id, orders: .newest, kept: kept,
            progress: Progress("entries"))
        guard audit.vouched > .empty else {
            throw Failure.unknown(
                "too few of the policy's witnesses have vouched for anything yet",
                hint: "without --policy the node's own word is shown")
        }
        try kept?.checkNotOlder(audit.at)
        try kept?.replace(mark: audit.mark(policy))
        let isFresh = audit.isFresh(at: .now)
        let state = audit.state
        show(
            state, agreement: audit.agreement.name,
            headline: Headline(stateJSON: state, agreement: audit.agreement)?.rest,
            verified: isFresh, audit.verification)
        guard isFresh else {
            throw Failure.unknown(
                "the witnesses' newest word is of \(audit.vouchedAt.map { "\($0)" } ?? "no time"): "
                    + "the node may hide newer entries")
        }
    }

    /// What an earlier run with the same agreement and policy saw; nil where nothing is to be
    /// remembered.
    private func kept(
        _ client: NodeClient, _ policy: WitnessPolicy, _ id: Digest?
    ) async throws(Failure) -> KeptReading? {
        if let state { return state == "none" ? nil : try KeptReading(folder: state, policy) }
        guard let base = KeptReading.defaultBase else { return nil }
        let agreement = try await LogAudit.agreement(of: client, expected: id)
        return try KeptReading(
            folder: KeptReading.folder(below: base, agreement.id, policy), policy)
    }

    private func showUnverified(_ client: NodeClient) async throws(Failure) {
        let state = try await asking { () throws(ClientFault) in try await client.state() }
        let bytes = try await asking { () throws(ClientFault) in try await client.agreement() }
        let name = (try? JSON.parse(bytes))?["agreement"]?.string
        show(
            state, agreement: name ?? "an agreement without a name", headline: nil,
            verified: false,
            Verification(
                sentence: "unverified: this is the node's word alone; --policy checks it", json: [:]
            ))
    }

    private func show(
        _ state: JSON, agreement: String, headline: String?, verified: Bool,
        _ verification: Verification
    ) {
        guard json else {
            let page = StatusPage(
                state: state, agreement: agreement, subject: subject, headline: headline)
            return print(page.lines(verification: verification.sentence).joined(separator: "\n"))
        }
        var object = state.object ?? [:]
        object["verified"] = .bool(verified)
        if !verification.json.isEmpty { object["verification"] = .object(verification.json) }
        printJSON(.object(object))
    }
}

/// How far a state was checked, for people and for programs.
private struct Verification {
    let sentence: String
    let json: JSONObject
}

extension LogAudit {
    /// What a later run has to know.
    fileprivate func mark(_ policy: WitnessPolicy) -> WatchMark {
        WatchMark(
            agreement: agreement.id, policy: policy, checkpoint: note, vouched: vouched,
            vouchedAt: vouchedAt,
            shownAt: at)
    }

    fileprivate var verification: Verification {
        let newer = checkpoint.size.value - vouched.value
        let rest =
            newer == 0
            ? ""
            : "; \(newer) newer \(newer == 1 ? "entry is" : "entries are") not vouched for yet and not shown"
        return Verification(
            sentence: "verified: follows from \(vouched) entries that enough witnesses vouch for"
                + (vouchedAt.map { ", last at \($0)" } ?? "") + rest,
            json: json)
    }
}
