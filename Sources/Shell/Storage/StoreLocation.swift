// SPDX-License-Identifier: Apache-2.0

/// Where a store is, as written on a command line: `sqlite:PATH`, a bare path, or `memory:`.
public enum StoreLocation: Hashable, Sendable, CustomStringConvertible {
    case memory
    case sqlite(path: String)

    /// - Throws: ``StorageFault`` with ``StorageFault/Code/cannotOpen`` for another scheme or no
    ///   path.
    public init(_ text: String) throws(StorageFault) {
        if text == "memory:" {
            self = .memory
            return
        }
        let path = text.hasPrefix("sqlite:") ? String(text.dropFirst("sqlite:".count)) : text
        // A colon before the first slash is a scheme that we do not know, such as postgres:.
        let scheme = path.prefix { $0 != "/" }
        guard !path.isEmpty, !scheme.contains(":") else {
            throw StorageFault(
                .cannotOpen, "store \"\(text)\"",
                cause: "expected sqlite:PATH, such as sqlite:log.db, or memory:")
        }
        self = .sqlite(path: path)
    }

    /// Opens the store, making it where there is none.
    public func open() throws -> any LogStore {
        switch self {
        case .memory: MemoryStore()
        case .sqlite(let path): try SQLiteStore(path: path)
        }
    }

    /// Opens the mailbox beside the store, making it where there is none.
    public func openMail() throws -> any MailStore {
        switch self {
        case .memory: MemoryMailStore()
        case .sqlite(let path): try SQLiteMailStore(path: path + ".mail")
        }
    }

    /// The file in which a second copy of the last signed checkpoint is kept; nil in memory.
    public var markPath: String? {
        switch self {
        case .memory: nil
        case .sqlite(let path): path + ".mark"
        }
    }

    public var description: String {
        switch self {
        case .memory: "memory:"
        case .sqlite(let path): "sqlite:\(path)"
        }
    }
}
