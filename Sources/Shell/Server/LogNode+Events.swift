// SPDX-License-Identifier: Apache-2.0

import Brake
import HTTPTypes
import Hummingbird
import NIOCore
import PauseAgreement
import Roles
import ServiceLifecycle
import TransparencyLog

// MARK: - Event streams

extension LogNode {
    /// Told at once before more is asked of the role.
    private static let eventsAtOnce = 256

    /// Entries and orders as they come, from where the listener left off.
    ///
    /// A listener keeps its own place and fetches what it missed, so a slow one costs no memory.
    func events(_ request: Request) async throws -> Response {
        let name = HTTPField.Name("Last-Event-ID")!
        let asked = request.headers[name] ?? request.uri.queryParameters["after"].map(String.init)
        var start = await sequencer.read { $0.present }
        if let asked, !asked.isEmpty {
            guard let cursor = LogOperator.Cursor(asked) else {
                throw ProblemDocument.malformedQuery("Last-Event-ID: expected SIZE-TICK")
            }
            start = cursor
        }
        guard let wakes = await sequencer.listen() else { throw ProblemDocument.tooBusy }
        let sequencer = sequencer
        let body = ResponseBody { [start] writer in
            var cursor = start
            for await wake in wakes.cancelOnGracefulShutdown() {
                var text = wake == .keepAlive ? ": still here\n\n" : ""
                while true {
                    let (events, next) = await LogNode.events(after: cursor, from: sequencer)
                    if events.isEmpty { break }
                    text += events
                    cursor = next
                    try await writer.write(ByteBuffer(string: text))
                    text = ""
                }
                if !text.isEmpty { try await writer.write(ByteBuffer(string: text)) }
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [.contentType: "text/event-stream", .cacheControl: "no-store"], body: body)
    }

    private static func events(
        after cursor: LogOperator.Cursor, from sequencer: LogSequencer
    ) async -> (String, LogOperator.Cursor) {
        let happenings = await sequencer.read { $0.happenings(after: cursor, limit: eventsAtOnce) }
        var cursor = cursor
        var text = ""
        for happening in happenings {
            let name: String
            let data: JSON
            switch happening {
            case .entry(let summary):
                name = "entry"
                cursor.size = TreeSize(summary.index.value + 1)
                data = .object([
                    "index": .integer(Int64(summary.index.value)),
                    "kind": .string(summary.kind.rawValue),
                    "signer": .string(summary.signer),
                    "received": .integer(summary.received.milliseconds),
                ])
            case .order(let order):
                name = "order"
                cursor.tick = order.order.tick
                data = .object(["note": .string(String(decoding: order.note.bytes, as: UTF8.self))])
            }
            let line = String(decoding: data.canonicalBytes, as: UTF8.self)
            text += "event: \(name)\nid: \(cursor)\ndata: \(line)\n\n"
        }
        return (text, cursor)
    }
}
