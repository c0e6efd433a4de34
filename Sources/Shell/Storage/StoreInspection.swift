// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// A store that is opened only to be looked through, with all that lies beside it.
///
/// In SQLite nothing is changed, not even what a crash left to be put in order.
public struct StoreInspection: Sendable {
    /// To be read; a write fails.
    public let store: any LogStore
    private let file: SQLiteStore?
    private let mailbox: SQLiteMailStore?

    /// - Throws: ``StorageFault`` where there is no such store, or it is in use or something else.
    public init(_ location: StoreLocation) async throws {
        guard case .sqlite(let path) = location else {
            store = try await location.open()
            file = nil
            mailbox = nil
            return
        }
        let file = try SQLiteStore(inspecting: path)
        self.file = file
        store = file
        mailbox =
            try PlainFile.exists(path + ".mail")
            ? try SQLiteMailStore(inspecting: path + ".mail") : nil
    }

    /// What the database itself finds wrong, by file; empty where nothing, or where it cannot say.
    public func complaints() async throws -> [(file: String, complaint: String)] {
        let own = try await file?.complaints() ?? []
        let mail = try await mailbox?.complaints() ?? []
        return own.map { ("store", $0) } + mail.map { ("mailbox", $0) }
    }

    /// How many payloads can be looked up; nil where that cannot be counted.
    public func payloadCount() async throws -> Int? { try await file?.payloadCount() }

    /// Waiting mail in the order in which it came, behind a position; empty where there is no more,
    /// or no mailbox.
    public func mail(
        after position: Int64, limit: Int
    ) async throws -> [(position: Int64, mail: WaitingMail)] {
        try await mailbox?.mail(after: position, limit: limit) ?? []
    }

    public func close() async throws {
        try await store.close()
        try await mailbox?.close()
    }
}
