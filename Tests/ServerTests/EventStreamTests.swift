// SPDX-License-Identifier: Apache-2.0

import Client
import Testing

struct EventStreamTests {
    private func events(_ text: String, piece: Int) -> [ServerSentEvent]? {
        var parser = EventStreamParser()
        var events: [ServerSentEvent] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: piece) {
            guard let more = parser.receive(bytes[start..<min(bytes.count, start + piece)]) else {
                return nil
            }
            events += more
        }
        return events
    }

    @Test(arguments: [1, 2, 3, 7, 1000])
    func `events are read from pieces of any length`(piece: Int) {
        let stream = """
            : a comment

            event: entry
            id: 3-0
            data: one
            data:two

            data: three
            retry: 10

            event: nothing

            id: 4-0\r\ndata: four\r\n\r\n
            """
        #expect(
            events(stream, piece: piece) == [
                ServerSentEvent(id: "3-0", name: "entry", text: "one\ntwo"),
                ServerSentEvent(id: "3-0", name: "message", text: "three"),
                ServerSentEvent(id: "4-0", name: "message", text: "four"),
            ])
    }

    @Test func `an event that never ends is given up`() {
        var parser = EventStreamParser()
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: EventStreamParser.longestEvent)
        #expect(parser.receive(line) == [])
        #expect(parser.receive([0x78]) == nil)
    }

    @Test(arguments: [
        "", "127.0.0.1:80", "ftp://x", "http://", "http://a b", "http://a/?q", "http://ä",
    ])
    func `an address that is none is refused at once`(url: String) {
        #expect(throws: ClientFault.self) { try NodeClient(url: url) }
    }

    @Test func `where nobody listens, the client says so`() async throws {
        let client = try NodeClient(
            url: "http://127.0.0.1:1/", timeLimit: .seconds(60), retries: 1, jitter: { _ in 1 })
        await #expect {
            _ = try await client.checkpoint()
        } throws: { error in
            guard case ClientFault.unreachable("http://127.0.0.1:1/checkpoint", let cause) = error
            else {
                return false
            }
            // Refused at once, and not given up after the time limit.
            return !cause.contains("in time")
        }
    }
}
