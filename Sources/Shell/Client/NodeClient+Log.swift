// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// What a log node answers to a statement that it took.
public struct Submitted: Hashable, Sendable {
    public let index: LogIndex
    /// The node's stamp, milliseconds since 1970.
    public let receivedMilliseconds: Int64
    /// A C2SP tlog-proof.
    public let receipt: [UInt8]
    /// False where the node had the same payload of the same signer before, and this is its first
    /// receipt.
    public let isNew: Bool

    public init(index: LogIndex, receivedMilliseconds: Int64, receipt: [UInt8], isNew: Bool) {
        self.index = index
        self.receivedMilliseconds = receivedMilliseconds
        self.receipt = receipt
        self.isNew = isNew
    }
}

// MARK: - A log node

extension NodeClient {
    /// Hands in a signed statement, as the JSON of its DSSE envelope.
    ///
    /// Sent once: after ``ClientFault/unreachable(url:cause:)`` the node may have it. Handing in
    /// the same envelope again is safe, and brings the first receipt.
    public func submit(_ envelope: [UInt8]) async throws(ClientFault) -> Submitted {
        let answer = try await post("/api/v1/statements", envelope, type: "application/json")
            .successful()
        let json = try answer.json()
        guard let index = json["index"]?.integer, index >= 0,
            let received = json["received"]?.integer,
            let receipt = json["receipt"]?.string
        else { throw .malformed(url: answer.url, cause: "expected index, received and receipt") }
        return Submitted(
            index: LogIndex(UInt64(index)), receivedMilliseconds: received,
            receipt: Array(receipt.utf8),
            isNew: answer.status == 201)
    }

    /// What the law says now, as the node derives it. Also asked of a monitor.
    public func state() async throws(ClientFault) -> JSON {
        try await get("/api/v1/state", accept: "application/json", largest: 64 << 20).successful()
            .json()
    }

    /// The newest order note; nil while there is none. Of a monitor: the newest that it signed.
    public func order() async throws(ClientFault) -> UnverifiedNote? {
        let answer = try await get("/api/v1/order", accept: "text/plain")
        do throws(ClientFault) {
            return try answer.successful().note()
        } catch {
            if error.slug == "no-order-yet" { return nil }
            throw error
        }
    }

    /// One order note an epoch, and the newest, in the order of their ticks.
    public func orders() async throws(ClientFault) -> [UnverifiedNote] {
        let answer = try await get("/api/v1/orders", accept: "application/json", largest: 64 << 20)
        guard let texts = try answer.successful().json()["orders"]?.array else {
            throw .malformed(url: answer.url, cause: "expected a list of orders")
        }
        var notes: [UnverifiedNote] = []
        for (position, text) in texts.enumerated() {
            do throws(MalformedNote) {
                notes.append(try UnverifiedNote(parsing: Array((text.string ?? "").utf8)))
            } catch {
                throw .malformed(url: answer.url, cause: "order \(position): \(error)")
            }
        }
        return notes
    }

    /// The agreement's canonical JSON, as sent: its reader computes the digest.
    public func agreement() async throws(ClientFault) -> [UInt8] {
        try await get("/api/v1/agreement", accept: "application/json").successful().body
    }

    /// The newest checkpoint. Also asked of a monitor: the newest that it cosigned.
    public func checkpoint() async throws(ClientFault) -> UnverifiedNote {
        try await get("/checkpoint", accept: "text/plain", largest: 1 << 20).successful().note()
    }

    /// A tile or an entry bundle; nil where the log does not reach that far.
    public func tile(_ path: TilePath) async throws(ClientFault) -> [UInt8]? {
        // 256 entries of 65,535 bytes and their lengths.
        let answer = try await get("/" + path.path, largest: 17 << 20)
        return answer.status == 404 ? nil : try answer.successful().body
    }

    /// The tiles at these paths, as far as the node has them; the full one where a partial one is
    /// gone. Nothing about them is verified.
    public func tiles(_ paths: [TilePath]) async throws(ClientFault) -> [TilePath: [UInt8]] {
        var tiles: [TilePath: [UInt8]] = [:]
        for path in paths {
            if let bytes = try await tile(path) {
                tiles[path] = bytes
            } else if path.width < TilePath.fullWidth,
                let full = TilePath(kind: path.kind, index: path.index)
            {
                tiles[path] = try await tile(full)
            }
        }
        return tiles
    }

    /// The leaves from one index up to a size, from entry bundles; nothing about them is verified.
    ///
    /// - Throws: ``ClientFault/malformed(url:cause:)`` where the other side does not hold so many.
    public func leaves(from start: LogIndex, to end: TreeSize) async throws(ClientFault)
        -> [[UInt8]]
    {
        var leaves: [[UInt8]] = []
        while start.value + UInt64(leaves.count) < end.value {
            let next = start.value + UInt64(leaves.count)
            let width = UInt64(TilePath.fullWidth)
            let bundle = next / width
            let held = min(width, end.value - bundle * width)
            let entries = try await self.bundle(bundle, holding: Int(held))
            leaves.append(contentsOf: entries[Int(next % width)..<Int(held)])
        }
        return leaves
    }

    /// An entry bundle of at least `count` entries; the full one where a partial one is gone.
    private func bundle(_ index: UInt64, holding count: Int) async throws(ClientFault) -> [[UInt8]]
    {
        for width in Set([count, TilePath.fullWidth]).sorted() {
            guard let path = TilePath(kind: .entries, index: index, width: width),
                let bytes = try await tile(path)
            else { continue }
            do throws(MalformedBundle) {
                let entries = try EntryBundle.parse(bytes)
                if entries.count >= count { return entries }
            } catch {
                throw .malformed(url: "\(url)/\(path)", cause: "\(error)")
            }
        }
        throw .malformed(
            url: url, cause: "entry bundle \(index) with \(count) entries is not there")
    }

    /// The receipt of an entry with the cosignatures that the node holds now: a C2SP tlog-proof.
    public func receipt(_ index: LogIndex) async throws(ClientFault) -> [UInt8] {
        try await get("/api/v1/receipts/\(index)", accept: "text/plain").successful().body
    }

    /// One entry with its envelope, its statement and what came of it.
    public func statement(_ index: LogIndex) async throws(ClientFault) -> JSON {
        try await get("/api/v1/statements/\(index)", accept: "application/json").successful().json()
    }

    /// Entries behind `after`, oldest first, narrowed down where asked: `statements`, `next`, and
    /// the `size` that the answer stands for.
    ///
    /// - Parameters:
    ///   - from: received at this instant or later, in milliseconds since 1970.
    ///   - until: received before this instant, likewise.
    ///   - withProofs: whether each comes with its envelope and receipt.
    public func statements(
        signer: String? = nil, kind: String? = nil, subject: String? = nil, payload: Digest? = nil,
        after: LogIndex? = nil, limit: Int? = nil, from: Int64? = nil, until: Int64? = nil,
        withProofs: Bool = false
    ) async throws(ClientFault) -> JSON {
        let asked: [(String, String?)] = [
            ("signer", signer), ("kind", kind), ("subject", subject), ("payload", payload?.hex),
            ("after", after.map(\.description)), ("limit", limit.map(String.init)),
            ("from", from.map(String.init)), ("until", until.map(String.init)),
            ("proofs", withProofs ? "true" : nil),
        ]
        let query = asked.compactMap { name, value in value.map { "\(name)=\(percentEncoded($0))" }
        }
        let path = "/api/v1/statements" + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
        return try await get(path, accept: "application/json", largest: 64 << 20).successful()
            .json()
    }
}

/// What may stand in a query as a value.
private func percentEncoded(_ text: String) -> String {
    let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
    return text.utf8.map { byte in
        plain.contains(byte) ? String(UnicodeScalar(byte)) : "%" + Hex.encode([byte]).uppercased()
    }.joined()
}
