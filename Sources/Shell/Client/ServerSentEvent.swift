// SPDX-License-Identifier: Apache-2.0

/// One event of an event stream.
///
/// Source: WHATWG HTML, "Server-sent events".
public struct ServerSentEvent: Hashable, Sendable {
    /// The last `id` that the stream has given, which need not be this event's own.
    public let id: String
    /// `message` where the stream does not say.
    public let name: String
    public let text: String

    public init(id: String, name: String, text: String) {
        self.id = id
        self.name = name
        self.text = text
    }
}

/// Takes an event stream in pieces of any length and gives its events.
public struct EventStreamParser: Sendable {
    /// A stream that never ends a line must not fill the memory.
    public static let longestEvent = 4 << 20

    private var line: [UInt8] = []
    private var afterReturn = false
    private var name = ""
    private var text: [String] = []
    private var heldBytes = 0
    private var isFirstLine = true
    /// What to send as `Last-Event-ID` after the stream broke off.
    public private(set) var lastID = ""

    public init() {}

    /// The events that these bytes complete; nil once a line or an event is longer than
    /// ``longestEvent``.
    public mutating func receive(_ bytes: some Sequence<UInt8>) -> [ServerSentEvent]? {
        var events: [ServerSentEvent] = []
        for byte in bytes {
            defer { afterReturn = byte == 0x0D }
            if byte == 0x0A && afterReturn { continue }
            guard byte == 0x0A || byte == 0x0D else {
                line.append(byte)
                guard line.count + heldBytes <= Self.longestEvent else { return nil }
                continue
            }
            if let event = endLine() { events.append(event) }
        }
        return events
    }

    private mutating func endLine() -> ServerSentEvent? {
        defer { line.removeAll(keepingCapacity: true) }
        if isFirstLine, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        isFirstLine = false
        if line.isEmpty { return endEvent() }
        let parts = line.split(
            separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
        let field = String(decoding: parts[0], as: UTF8.self)
        var value = parts.count == 2 ? parts[1] : []
        if value.first == UInt8(ascii: " ") { value.removeFirst() }
        let string = String(decoding: value, as: UTF8.self)
        switch field {
        case "event": name = string
        case "data":
            text.append(string)
            heldBytes += value.count
        case "id" where !value.contains(0): lastID = string
        default: break
        }
        return nil
    }

    private mutating func endEvent() -> ServerSentEvent? {
        defer {
            name = ""
            text = []
            heldBytes = 0
        }
        guard !text.isEmpty else { return nil }
        return ServerSentEvent(
            id: lastID, name: name.isEmpty ? "message" : name, text: text.joined(separator: "\n"))
    }
}
