// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Client
import PauseAgreement
import Roles
import TransparencyLog

/// Where a log is read from, and whom the reader believes about it.
struct LogOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The log node's address.", valueName: "url"))
    var node: String?

    @Option(help: ArgumentHelp("The bundle to read instead of a node's log.", valueName: "file"))
    var bundle: String?

    @OptionGroup var trust: TrustOptions

    @Option(
        help: ArgumentHelp(
            "The agreement that you believe, by its id in hex.", valueName: "id"))
    var agreementID: String?

    func validate() throws {
        guard (node == nil) != (bundle == nil) else {
            throw ValidationError("name a --node or a --bundle, one of the two")
        }
        if let node { try GateOptions.validate(node, of: "--node") }
        if bundle != nil, trust.policy != nil {
            throw ValidationError(
                "a bundle is checked by the keys of its agreement: give --agreement or --agreement-id"
            )
        }
        if let agreementID, Digest(hex: agreementID) == nil {
            throw ValidationError(
                "an agreement id is 64 lower-case hex digits, not '\(agreementID)'")
        }
    }

    /// The log, checked as far as the reader named somebody to believe.
    ///
    /// - Throws: ``Failure`` 1 where it does not hold.
    func read() async throws(Failure) -> ReadLog {
        let named = try trust.read()
        let id = try expected(named?.agreementID)
        if let bundle {
            return try await ReadLog(bundle: bundle, agreementID: id)
        }
        guard let node else { throw .usage("name a --node or a --bundle") }
        let client: NodeClient
        do throws(ClientFault) { client = try NodeClient(url: node) } catch { throw Failure(error) }
        guard let policy = named?.0 else {
            return try await ReadLog(unverified: client, agreementID: id)
        }
        return try await ReadLog(node: client, policy: policy, agreementID: id)
    }

    private func expected(_ named: Digest?) throws(Failure) -> Digest? {
        guard let id = agreementID.flatMap({ Digest(hex: $0) }) else { return named }
        if let named, named != id {
            throw .usage("--agreement has the id \(named.hex), not that of --agreement-id")
        }
        return id
    }
}

/// A whole log as it was read, and how far it was checked.
struct ReadLog {
    let agreement: Agreement
    var replay: LogReplay
    /// The instant that the log tells about: the clock's for a node, the bundle's own for a bundle.
    let at: Time
    /// So many of the first entries are vouched for by those whom the reader believes.
    let vouched: TreeSize
    /// Whether whoever vouches did so lately; a bundle is as fresh as it says.
    let isFresh: Bool
    /// How far it was checked, in one sentence.
    let verification: String

    fileprivate init(node: NodeClient, policy: WitnessPolicy, agreementID: Digest?)
        async throws(Failure)
    {
        let audit = try await LogAudit(
            of: node, policy: policy, agreementID: agreementID, orders: .newest, holding: true,
            progress: Progress("entries"))
        agreement = audit.agreement
        replay = audit.whole
        at = max(.now, replay.received ?? .now)
        vouched = audit.vouched
        isFresh = audit.isFresh(at: .now)
        let last = audit.vouchedAt.map { ", last at \($0)" } ?? ""
        verification =
            audit.vouched == .empty
            ? "unverified: too few of the policy's witnesses have vouched for anything yet"
            : "verified: enough witnesses vouch for the first \(audit.vouched) of "
                + "\(audit.checkpoint.size) entries\(last)"
    }

    fileprivate init(unverified node: NodeClient, agreementID: Digest?) async throws(Failure) {
        agreement = try await LogAudit.agreement(of: node, expected: agreementID)
        let note = try await asking { () throws(ClientFault) in try await node.checkpoint() }
        let checkpoint: Checkpoint
        do throws(MalformedCheckpoint) {
            checkpoint = try Checkpoint(parsing: note.text)
        } catch {
            throw .doesNotHold("the node's checkpoint is none: \(error)")
        }
        replay = try await LogReading.whole(node, agreement, upTo: checkpoint)
        at = max(.now, replay.received ?? .now)
        vouched = .empty
        isFresh = true
        verification =
            "unverified: this is the node's word alone; --policy or --agreement checks it"
    }

    fileprivate init(bundle path: String, agreementID: Digest?) async throws(Failure) {
        let reading = try await BundleReading.whole(path, agreementID: agreementID)
        let report = reading.report
        agreement = report.agreement
        replay = reading.log
        at = report.tick
        vouched = report.isTrusted ? report.vouched : .empty
        isFresh = true
        verification =
            report.isTrusted
            ? "verified: the bundle holds, and enough monitors vouch for the first "
                + "\(report.vouched) of \(report.checkpoint.size) entries"
            : "unverified: the bundle is only self-consistent; --agreement or --agreement-id checks it"
    }

    /// Whether somebody whom the reader believes vouches for the entry.
    func isVouched(_ index: LogIndex) -> Bool { index.value < vouched.value }

    /// The law as of ``at``, over what is vouched for; over everything where nothing is.
    var size: TreeSize { vouched == .empty ? replay.size : vouched }
}

/// An instant given on the command line.
struct InstantOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The instant to speak of, such as 2026-11-21T20:00:00Z. (default: now, or a bundle's own)",
            valueName: "time"))
    var at: String?

    func validate() throws {
        if let at, Time(at) == nil {
            throw ValidationError("--at wants a time such as 2026-11-21T20:00:00Z, not '\(at)'")
        }
    }

    var time: Time? { at.flatMap { Time($0) } }
}
