// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
public import TransparencyLog

/// What a monitor remembers of the newest order that it signed, so that it never contradicts it.
public struct MonitorMark: Hashable, Sendable {
    public let tick: Time
    public let size: TreeSize
    public let root: Digest
    public let epoch: Int64
    /// SHA-256 of the order's text.
    public let text: Digest

    init(_ order: Order) {
        tick = order.tick
        size = order.size
        root = order.root
        epoch = order.epoch
        text = Digest.sha256(Array(order.text.utf8))
    }

    public var bytes: [UInt8] {
        JSON.object([
            "tick": .integer(tick.milliseconds), "size": .integer(Int64(size.value)),
            "root": .string(root.base64), "epoch": .integer(epoch), "text": .string(text.hex),
        ]).canonicalBytes
    }

    public init(parsing bytes: [UInt8]) throws(MalformedStatement) {
        guard let json = try? JSON.parse(bytes) else {
            throw MalformedStatement(pointer: "", expected: "strict JSON")
        }
        var fields = try Fields(json)
        let range = 0...Statement.largestSequence
        tick = Time(milliseconds: try fields.integer("tick", in: range))
        size = TreeSize(UInt64(try fields.integer("size", in: range)))
        guard let root = Digest(base64: try fields.string("root")) else {
            throw fields.missing("root", "32 bytes in base64")
        }
        self.root = root
        epoch = try fields.integer("epoch", in: range)
        text = try fields.digest("text")
        try fields.end()
    }
}
