// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import PauseAgreement
import TransparencyLog

struct VerifyLogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Fetch a node's whole log and check all of it.",
        discussion: """
            Checks the checkpoint against your policy, every entry's signatures and place, every signed \
            order and the node's state. Entries newer than what enough witnesses vouched for are named. \
            Exit 2 where the witnesses' newest word is older than two ticks.

              standstill verify log --node https://log.example --policy pause.policy
            """)

    @OptionGroup var node: NodeOption

    @OptionGroup var trust: TrustOptions

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() async throws {
        let (policy, id) = try trust.required()
        let audit: LogAudit
        do throws(Failure) {
            audit = try await LogAudit(
                of: try node.client(), policy: policy, agreementID: id, orders: .all,
                progress: Progress("entries"))
        } catch {
            if json { CheckOutcome.reportFailure(error) }
            throw error
        }
        let isFresh = audit.isFresh(at: .now)
        let outcome: CheckOutcome = isFresh ? .holds : .unknown
        outcome.report(audit.json, json: json) { audit.sentences.joined(separator: "\n") }
        guard isFresh else {
            throw Failure.unknown(
                audit.vouchedAt.map {
                    "the witnesses' newest word is of \($0): the node may hide newer entries"
                }
                    ?? "too few of the policy's witnesses have vouched for anything yet")
        }
    }
}

extension LogAudit {
    /// What held, for people; the first line is the verdict.
    var sentences: [String] {
        let newer = checkpoint.size.value - vouched.value
        return [
            "the log holds: \(checkpoint.size) entries, \(orders.count) orders and the node's state",
            "agreement: \(agreement.name), \(agreement.id.hex)",
            "root: \(checkpoint.root.base64), signed by \(checkpoint.origin)",
            "cosigned by: \(cosigners.isEmpty ? "nobody" : cosigners.joined(separator: ", "))",
            "vouched for by enough witnesses: the first \(vouched) entries"
                + (vouchedAt.map { ", last at \($0)" } ?? "")
                + (newer == 0
                    ? "" : "; the newest \(newer) rest on the log's word until the next tick"),
        ]
    }

    var json: JSONObject {
        var object: JSONObject = [
            "agreement": .string(agreement.id.hex), "origin": .string(checkpoint.origin),
            "size": .integer(Int64(checkpoint.size.value)), "root": .string(checkpoint.root.base64),
            "cosigned-by": .array(cosigners.map { .string($0) }),
            "orders": .integer(Int64(orders.count)), "vouched": .integer(Int64(vouched.value)),
        ]
        object["vouched-at"] = vouchedAt.map { .integer($0.milliseconds) }
        return object
    }
}
