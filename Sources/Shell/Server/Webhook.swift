// SPDX-License-Identifier: Apache-2.0

import Client
import PauseAgreement
import Storage
import TransparencyLog

/// Somebody who is told what happens, by a POST to an address of his.
public struct Webhook: Sendable {
    /// What it is told of.
    enum Subscription: Hashable, Sendable {
        /// The first order of each epoch.
        case order
        /// Questions as they are opened and closed.
        case question
        /// Causes as they begin, change their standing and end.
        case cause
        /// Entries; of one kind, where one is given.
        case entry(StatementKind?)

        /// Nil for a word that is none.
        init?(_ word: String) {
            switch word {
            case "order": self = .order
            case "question": self = .question
            case "cause": self = .cause
            case "entry": self = .entry(nil)
            default:
                guard word.hasPrefix("entry:"),
                    let kind = StatementKind(rawValue: String(word.dropFirst("entry:".count)))
                else { return nil }
                self = .entry(kind)
            }
        }
    }

    /// By which its place is remembered.
    let name: String
    let endpoint: WebhookEndpoint
    let subscriptions: Set<Subscription>

    func wants(_ kind: StatementKind) -> Bool {
        subscriptions.contains(.entry(nil)) || subscriptions.contains(.entry(kind))
    }
}

// MARK: - The file

/// Why a file of webhooks cannot be used.
public struct MalformedWebhooks: Error, Hashable, Sendable, CustomStringConvertible {
    public let path: String
    public let line: Int
    public let reason: String

    public var description: String { "\(path):\(line): \(reason)" }
}

extension Webhook {
    /// Reads a file with a JSON object a line; empty lines and those that begin with # are none.
    ///
    /// - Throws: ``MalformedWebhooks``; ``StorageFault``; ``UnreadableKey`` for a secret.
    public static func read(_ path: String) throws -> [Webhook] {
        guard let bytes = try MarkFile(path: path).read() else {
            throw MalformedWebhooks(path: path, line: 0, reason: "there is no such file")
        }
        var hooks: [Webhook] = []
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() {
            let text = line.drop { $0 == 0x20 || $0 == 0x0D }
            guard let first = text.first, first != UInt8(ascii: "#") else { continue }
            func wrong(_ reason: String) -> MalformedWebhooks {
                MalformedWebhooks(path: path, line: number + 1, reason: reason)
            }
            let json: JSON
            do { json = try JSON.parse(Array(text)) } catch { throw wrong("\(error)") }
            let hook = try Webhook(json, besides: path, wrong)
            guard !hooks.contains(where: { $0.name == hook.name }) else {
                throw wrong("there is another hook named \(hook.name)")
            }
            hooks.append(hook)
        }
        return hooks
    }

    private static let members = ["name", "url", "secret", "events", "allow"]

    private init(
        _ json: JSON, besides path: String, _ wrong: (String) -> MalformedWebhooks
    ) throws {
        guard let object = json.object else { throw wrong("expected an object") }
        if let other = object.keys.first(where: { !Webhook.members.contains($0) }) {
            throw wrong("unknown member \(other.debugDescription)")
        }
        guard let name = object["name"]?.string, Webhook.isName(name) else {
            throw wrong("name: expected lower-case letters, digits and hyphens, 64 at most")
        }
        guard let url = object["url"]?.string else { throw wrong("url: expected an address") }
        let allow = (object["allow"]?.array ?? []).map { $0.string ?? "" }
        if let word = allow.first(where: { !["http", "loopback"].contains($0) }) {
            throw wrong("allow: \(word.debugDescription) is neither http nor loopback")
        }
        if let reason = Webhook.refuses(url, allowing: allow) { throw wrong("url: \(reason)") }
        let words = (object["events"]?.array ?? []).map { $0.string ?? "" }
        let subscriptions = words.map { Subscription($0) }
        if let place = subscriptions.firstIndex(of: nil) {
            throw wrong(
                "events: \(words[place].debugDescription) is none of order, question, cause, "
                    + "entry, entry:KIND")
        }
        guard !subscriptions.isEmpty else { throw wrong("events: expected at least one") }
        guard let file = object["secret"]?.string else { throw wrong("secret: expected a file") }
        self.name = name
        self.subscriptions = Set(subscriptions.compactMap { $0 })
        endpoint = WebhookEndpoint(url: url, secret: try Webhook.secret(file, besides: path))
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 64
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || byte == UInt8(ascii: "-")
            }
    }

    /// Why nothing is sent to an address: it is none, or one that has to be allowed first.
    static func refuses(_ url: String, allowing allow: [String]) -> String? {
        guard let scheme = ["https://", "http://"].first(where: { url.hasPrefix($0) }),
            url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !url.contains("@")
        else { return "expected an address such as https://example.org/hook" }
        guard scheme == "https://" || allow.contains("http") else {
            return "what is sent by http:// can be read by others; \"allow\": [\"http\"] lets it"
        }
        let authority = url.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
        let host =
            authority.hasPrefix("[")
            ? authority.dropFirst().prefix { $0 != "]" } : authority.prefix { $0 != ":" }
        guard !host.isEmpty else { return "expected an address with a host" }
        let isOwn =
            ["localhost", "::1", "::", "0.0.0.0", "0"].contains(host.lowercased())
            || host.lowercased().hasSuffix(".localhost") || host.hasPrefix("127.")
            || host.lowercased().hasPrefix("::ffff:127.")
        return isOwn && !allow.contains("loopback")
            ? "\(host) is this machine; \"allow\": [\"loopback\"] lets it" : nil
    }

    /// A secret in a file that only its owner may read, beside the file that names it.
    private static func secret(_ file: String, besides path: String) throws -> WebhookSecret {
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        let place = file.hasPrefix("/") ? file : folder + file
        return try KeyFile.read(place, of: "a webhook's secret") {
            (text) throws(MalformedSecret) -> WebhookSecret in
            let line = text.utf8.last == 0x0A ? String(text.dropLast()) : text
            guard let secret = WebhookSecret(line) else { throw MalformedSecret() }
            return secret
        }
    }
}

/// Says nothing of what was read.
private struct MalformedSecret: Error, CustomStringConvertible {
    var description: String { "expected whsec_ and the base64 of 24 to 64 bytes" }
}
