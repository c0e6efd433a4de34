// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
public import TransparencyLog

/// What one who looks on must not forget between two looks: the newest that was seen and checked.
///
/// All that comes later is held against it, so that a log which is forked or taken back while
/// nobody looks is found. Source: docs/formats/mark.md.
public struct WatchMark: Hashable, Sendable {
    public static let format = "standstill-mark/v1"

    public let agreement: Digest
    /// The digest of the reader's policy: what was vouched for by others counts for nobody else.
    public let policy: Digest
    /// The newest checkpoint whose entries were all checked.
    public let checkpoint: UnverifiedNote
    /// The newest order that the node called its newest.
    public let order: UnverifiedNote?
    /// Texts of orders that were seen, oldest tick first, for telling two for one moment.
    public let seen: [UnverifiedNote]
    /// So many of the first entries were vouched for by enough witnesses.
    public let vouched: TreeSize
    /// When enough witnesses last vouched for anything.
    public let vouchedAt: Time?
    /// The newest instant of which somebody was told what the law says.
    public let shownAt: Time?

    public init(
        agreement: Digest, policy: WitnessPolicy, checkpoint: UnverifiedNote,
        order: UnverifiedNote? = nil,
        seen: [UnverifiedNote] = [], vouched: TreeSize, vouchedAt: Time?,
        shownAt: Time? = nil
    ) {
        self.agreement = agreement
        self.policy = WatchMark.digest(of: policy)
        self.checkpoint = checkpoint
        self.order = order
        self.seen = seen
        self.vouched = vouched
        self.vouchedAt = vouchedAt
        self.shownAt = shownAt
    }

    /// Whether it was kept by a reader of that policy.
    public func isOf(_ reader: WitnessPolicy) -> Bool { policy == WatchMark.digest(of: reader) }

    private static func digest(of policy: WitnessPolicy) -> Digest {
        Digest.sha256(Array(policy.text.utf8))
    }

    /// The checkpoint's size and root, where it is one; whoever made the mark verified it.
    public var head: TreeHead? {
        (try? Checkpoint(parsing: checkpoint.text)).map { TreeHead(size: $0.size, root: $0.root) }
    }

    public var bytes: [UInt8] {
        var object: JSONObject = [
            "format": .string(WatchMark.format), "agreement": .string(agreement.hex),
            "policy": .string(policy.hex),
            "checkpoint": .string(WatchMark.text(of: checkpoint)),
            "seen": .array(seen.map { .string(WatchMark.text(of: $0)) }),
            "vouched": .integer(Int64(vouched.value)),
        ]
        object["order"] = order.map { .string(WatchMark.text(of: $0)) }
        object["vouched-at"] = vouchedAt.map { .integer($0.milliseconds) }
        object["shown-at"] = shownAt.map { .integer($0.milliseconds) }
        return JSON.object(object).canonicalBytes + [UInt8(ascii: "\n")]
    }

    /// Reads a mark that was kept; nothing about its signatures is verified.
    public init(parsing bytes: [UInt8]) throws(MalformedStatement) {
        let json: JSON
        do throws(MalformedJSON) {
            json = try JSON.parse(bytes)
        } catch {
            throw MalformedStatement(pointer: "", expected: "strict JSON (\(error.reason))")
        }
        var fields = try Fields(json)
        guard try fields.string("format") == WatchMark.format else {
            throw fields.missing("format", WatchMark.format)
        }
        agreement = try fields.digest("agreement")
        policy = try fields.digest("policy")
        checkpoint = try WatchMark.note(try fields.string("checkpoint"), "/checkpoint")
        order = try fields.optional("order")?.string.map { text throws(MalformedStatement) in
            try WatchMark.note(text, "/order")
        }
        var seen: [UnverifiedNote] = []
        for (place, text) in try fields.array("seen").enumerated() {
            seen.append(try WatchMark.note(text.string ?? "", "/seen/\(place)"))
        }
        self.seen = seen
        let most = Statement.largestSequence
        vouched = TreeSize(UInt64(try fields.integer("vouched", in: 0...most)))
        vouchedAt = fields.optional("vouched-at")?.integer.map { Time(milliseconds: $0) }
        shownAt = fields.optional("shown-at")?.integer.map { Time(milliseconds: $0) }
        try fields.end()
    }

    private static func text(of note: UnverifiedNote) -> String {
        String(decoding: note.bytes, as: UTF8.self)
    }

    private static func note(
        _ text: String, _ pointer: String
    ) throws(MalformedStatement) -> UnverifiedNote {
        do throws(MalformedNote) {
            return try UnverifiedNote(parsing: Array(text.utf8))
        } catch {
            throw MalformedStatement(pointer: pointer, expected: "a signed note (\(error))")
        }
    }
}
