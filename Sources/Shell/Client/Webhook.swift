// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import NIOCore
import NIOHTTP1
public import TransparencyLog

/// What a webhook and its receiver share, by which it knows our messages. Printing or dumping it
/// shows nothing.
public struct WebhookSecret: Sendable {
    private let key: [UInt8]

    /// Reads `whsec_` and the base64 of 24 to 64 bytes; nil for anything else.
    ///
    /// Source: Standard Webhooks 1.0, "Signature scheme".
    public init?(_ text: String) {
        let prefix = "whsec_"
        guard text.hasPrefix(prefix), let key = Base64.decode(String(text.dropFirst(prefix.count))),
            (24...64).contains(key.count)
        else { return nil }
        self.key = key
    }

    /// The value of `webhook-signature`: the code over id, time and body, joined by full stops.
    ///
    /// Source: Standard Webhooks 1.0, "Signature scheme", symmetric.
    public func signature(id: String, seconds: Int64, body: [UInt8]) -> String {
        let message = Array("\(id).\(seconds).".utf8) + body
        return "v1," + Base64.encode(MessageAuthentication.hmacSHA256(message, key: key))
    }
}

extension WebhookSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "a webhook's secret" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// One thing to tell. Its id stays the same however often it is sent, so that a receiver can pass
/// over what it has had.
public struct WebhookMessage: Hashable, Sendable {
    public let id: String
    public let type: String
    /// When it happened, as RFC 3339.
    public let timestamp: String
    public let content: JSON

    public init(id: String, type: String, timestamp: String, content: JSON) {
        self.id = id
        self.type = type
        self.timestamp = timestamp
        self.content = content
    }

    /// The body: `type`, `timestamp` and `data`.
    ///
    /// Source: Standard Webhooks 1.0, "Payload structure".
    public var body: [UInt8] {
        let object: JSON = [
            "type": .string(type), "timestamp": .string(timestamp), "data": content,
        ]
        return object.canonicalBytes
    }
}

/// What a receiver did with a message.
public enum WebhookAnswer: Hashable, Sendable {
    /// It has it: a status from 200 to 299.
    case taken
    /// It wants no more messages: 410.
    case gone
    /// It answered something else, a redirection included, which is not followed.
    case refused(status: Int)
    case unreachable(String)
}

/// Where messages are sent.
public struct WebhookEndpoint: Sendable {
    public let url: String
    private let secret: WebhookSecret
    private let timeLimit: Duration

    public init(url: String, secret: WebhookSecret, timeLimit: Duration = .seconds(15)) {
        self.url = url
        self.secret = secret
        self.timeLimit = timeLimit
    }

    /// Sends a message, once.
    ///
    /// - Parameter seconds: the time now, since 1970; receivers refuse what was signed long ago.
    public func send(_ message: WebhookMessage, at seconds: Int64) async -> WebhookAnswer {
        let body = message.body
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "User-Agent", value: "standstill-node")
        request.headers.add(name: "webhook-id", value: message.id)
        request.headers.add(name: "webhook-timestamp", value: String(seconds))
        let signature = secret.signature(id: message.id, seconds: seconds, body: body)
        request.headers.add(name: "webhook-signature", value: signature)
        request.body = .bytes(ByteBuffer(bytes: body))
        let deadline = NIODeadline.now() + TimeAmount(timeLimit)
        do {
            let response = try await Connections.shared.execute(request, deadline: deadline)
            let status = Int(response.status.code)
            // What it says is of no use to us; the connection is, once it was read.
            _ = try? await withDeadline(deadline) {
                try await response.body.collect(upTo: 65_536)
            }
            if (200..<300).contains(status) { return .taken }
            return status == 410 ? .gone : .refused(status: status)
        } catch {
            return .unreachable(plainCause(of: error))
        }
    }
}
