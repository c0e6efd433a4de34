// SPDX-License-Identifier: Apache-2.0

/// Where a store is, as written on a command line: `sqlite:PATH`, a bare path,
/// `postgres://USER@HOST/DATABASE`, or `memory:`.
public enum StoreLocation: Hashable, Sendable, CustomStringConvertible {
    case memory
    case sqlite(path: String)
    case postgres(PostgresAddress)

    /// - Throws: ``StorageFault`` with ``StorageFault/Code/cannotOpen`` for another scheme or no
    ///   path.
    public init(_ text: String) throws(StorageFault) {
        if text == "memory:" {
            self = .memory
            return
        }
        if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") {
            self = .postgres(try PostgresAddress(text))
            return
        }
        let path = text.hasPrefix("sqlite:") ? String(text.dropFirst("sqlite:".count)) : text
        // A colon before the first slash is a scheme that we do not know, such as mysql:.
        let scheme = path.prefix { $0 != "/" }
        guard !path.isEmpty, !scheme.contains(":") else {
            throw StorageFault(
                .cannotOpen, "store \"\(text)\"",
                cause: "expected sqlite:PATH, postgres://USER@HOST/DATABASE, or memory:")
        }
        self = .sqlite(path: path)
    }

    /// Opens the store for this process alone, making it where there is none.
    ///
    /// In PostgreSQL, a process that was killed is waited for until its ``Tenure`` has ended.
    public func open() async throws -> any LogStore {
        switch self {
        case .memory: MemoryStore()
        case .sqlite(let path): try SQLiteStore(path: path)
        case .postgres(let address): try await PostgresStore.alone(at: address)
        }
    }

    /// Opens the mailbox beside the store, making it where there is none.
    public func openMail() throws -> any MailStore {
        switch self {
        case .memory: MemoryMailStore()
        case .sqlite(let path): try SQLiteMailStore(path: path + ".mail")
        case .postgres(let address): try PostgresMailStore(address)
        }
    }

    /// The file in which a second copy of the last signed checkpoint is kept; nil in
    /// memory, and where only its user can say which place is another one.
    public var markPath: String? {
        switch self {
        case .memory, .postgres: nil
        case .sqlite(let path): path + ".mark"
        }
    }

    public var description: String {
        switch self {
        case .memory: "memory:"
        case .sqlite(let path): "sqlite:\(path)"
        case .postgres(let address): address.description
        }
    }
}
