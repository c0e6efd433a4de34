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

              standstill status --node https://log.example --policy pause.policy
            """)

    @OptionGroup var node: NodeOption

    @OptionGroup var trust: TrustOptions

    @Option(
        help: ArgumentHelp(
            "Tell only this subject's triggers, with all their reasons.",
            valueName: "model:NAME|frontier"))
    var subject: String?

    @Flag(help: "Print one JSON document: the state, and how far it was verified.")
    var json = false

    func run() async throws {
        let client = try node.client()
        guard let (policy, id) = try trust.read() else { return try await showUnverified(client) }
        let audit = try await LogAudit(
            of: client, policy: policy, agreementID: id, orders: .newest,
            progress: Progress("entries"))
        guard audit.vouched > .empty else {
            throw Failure.unknown(
                "too few of the policy's witnesses have vouched for anything yet",
                hint: "without --policy the node's own word is shown")
        }
        let isFresh = audit.isFresh(at: .now)
        var replay = audit.replay
        let at = Time(milliseconds: audit.nodeState["at"]?.integer ?? 0)
        let state = replay.state(at: at, size: audit.vouched)
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
