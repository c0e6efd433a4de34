// SPDX-License-Identifier: Apache-2.0

import CPostgres

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One connection to a PostgreSQL server, through libpq. Its calls block, and it is nothing for two
/// threads at once.
///
/// Writes are durable when they return: a server that would say "committed" before its disk does is
/// refused.
final class PostgresConnection {
    let address: PostgresAddress
    private let handle: OpaquePointer
    /// Statements that the server has parsed, by their text.
    private var prepared: [String: String] = [:]

    /// Defaults, which the address may change.
    private static let defaults = [
        ("connect_timeout", "5"), ("tcp_user_timeout", "5000"), ("keepalives_idle", "5"),
        ("keepalives_interval", "2"), ("keepalives_count", "3"),
        ("fallback_application_name", "standstill"), ("target_session_attrs", "read-write"),
    ]

    /// - Throws: ``StorageFault`` with ``StorageFault/Code/cannotOpen`` where nobody answers, or
    ///   the server does not wait for its disk.
    init(_ address: PostgresAddress) throws(StorageFault) {
        self.address = address
        let settings = PostgresConnection.defaults + [("dbname", address.uri)]
        let keywords = settings.map { strdup($0.0) }
        let values = settings.map { strdup($0.1) }
        defer { (keywords + values).forEach { free($0) } }
        let opened = (keywords.map { UnsafePointer($0) } + [nil]).withUnsafeBufferPointer { names in
            (values.map { UnsafePointer($0) } + [nil]).withUnsafeBufferPointer {
                PQconnectdbParams(names.baseAddress, $0.baseAddress, 1)
            }
        }
        guard let opened else {
            throw StorageFault(.cannotOpen, "connect to \(address)", cause: "out of memory")
        }
        handle = opened
        guard PQstatus(opened) == CONNECTION_OK else {
            throw StorageFault(.cannotOpen, "connect to \(address)", cause: words())
        }
        try prepareSession()
    }

    deinit { PQfinish(handle) }

    /// Whether it can be used any more.
    var isAlive: Bool { PQstatus(handle) == CONNECTION_OK }

    /// The socket, to wait on for what the server says by itself.
    var socket: Int32 { PQsocket(handle) }

    private func prepareSession() throws(StorageFault) {
        _ = PQsetNoticeProcessor(handle, { _, _ in }, nil)
        try script(
            """
            SET client_min_messages = warning;
            SET search_path = \(address.schema);
            SET statement_timeout = '30s';
            SET idle_in_transaction_session_timeout = '5s';
            """)
        // "off" and "local" would acknowledge what a replica, or even the disk, does not hold yet.
        try script(
            """
            SELECT set_config('synchronous_commit', 'on', false)
            WHERE current_setting('synchronous_commit') IN ('off', 'local')
            """)
        for setting in ["fsync", "full_page_writes"] {
            let isOn = try run("SELECT current_setting($1)", [.text(setting)]).text(0, 0) == "on"
            guard isOn else {
                throw StorageFault(
                    .cannotOpen, "connect to \(address)",
                    cause: "the server has \(setting) off: what it commits could be lost")
            }
        }
        guard try run("SHOW server_encoding").text(0, 0) == "UTF8" else {
            throw StorageFault(
                .cannotOpen, "connect to \(address)", cause: "the database's encoding is not UTF8")
        }
    }

    /// Runs one statement; `$1` and so on stand for the arguments.
    ///
    /// - Throws: ``StorageFault`` with the server's words and its SQLSTATE.
    @discardableResult
    func run(_ sql: String, _ arguments: [PostgresValue] = []) throws(StorageFault) -> PostgresRows
    {
        let name = try prepare(sql, arguments)
        let binaries = arguments.map(\.binary)
        // One buffer for all of them: pointers into it stay valid for the whole call.
        var buffer: [UInt8] = []
        buffer.reserveCapacity(binaries.reduce(1) { $0 + $1.count })
        var starts: [Int] = []
        for binary in binaries {
            starts.append(buffer.count)
            buffer += binary
        }
        buffer.append(0)
        let lengths = binaries.map { Int32($0.count) }
        let formats = [Int32](repeating: 1, count: arguments.count)
        let result = buffer.withUnsafeBytes { bytes in
            let values = starts.map { start -> UnsafePointer<CChar>? in
                bytes.baseAddress.map { ($0 + start).assumingMemoryBound(to: CChar.self) }
            }
            return PQexecPrepared(
                handle, name, Int32(arguments.count), values, lengths, formats, 1)
        }
        return try rows(result, sql)
    }

    /// Runs statements without arguments, one after another.
    func script(_ sql: String) throws(StorageFault) { _ = try rows(PQexec(handle, sql), sql) }

    /// Runs `body` in one transaction; nothing of it is kept where it throws.
    func transaction<Value>(_ body: () throws -> Value) throws -> Value {
        try script("BEGIN")
        do {
            let value = try body()
            try script("COMMIT")
            return value
        } catch {
            // The connection may be gone; then so is the transaction.
            if isAlive { try? script("ROLLBACK") }
            throw error
        }
    }

    private func prepare(
        _ sql: String, _ arguments: [PostgresValue]
    ) throws(StorageFault) -> String {
        if let name = prepared[sql] { return name }
        let name = "s\(prepared.count)"
        let types = arguments.map(\.type)
        _ = try rows(PQprepare(handle, name, sql, Int32(types.count), types), sql)
        prepared[sql] = name
        return name
    }

    private func rows(
        _ result: OpaquePointer?, _ sql: String
    ) throws(StorageFault) -> PostgresRows {
        guard let result else {
            throw StorageFault(.failed, "ask \(address)", cause: words())
        }
        let rows = PostgresRows(result)
        let status = PQresultStatus(result)
        guard status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK else {
            let state = PQresultErrorField(result, Int32(UInt8(ascii: "C")))
            let text = PQresultErrorField(result, Int32(UInt8(ascii: "M")))
            let cause = text.map { String(cString: $0) } ?? words()
            let code = state.map { " (SQLSTATE \(String(cString: $0)))" } ?? ""
            throw StorageFault(.failed, "ask \(address)", cause: cause + code)
        }
        return rows
    }

    /// What libpq says about its last failure, on one line.
    private func words() -> String {
        let text = String(cString: PQerrorMessage(handle))
        let lines = text.split(separator: "\n").map { $0.drop { $0 == " " || $0 == "\t" } }
        return lines.isEmpty ? "the connection is gone" : lines.joined(separator: "; ")
    }

    // MARK: - News

    /// What others have notified us of since the last call, in order.
    func takeNotices() throws(StorageFault) -> [String] {
        guard PQconsumeInput(handle) == 1 else {
            throw StorageFault(.failed, "listen to \(address)", cause: words())
        }
        var notices: [String] = []
        while let notice = PQnotifies(handle) {
            notices.append(String(cString: notice.pointee.extra))
            PQfreemem(notice)
        }
        return notices
    }
}

/// What a statement gave, in PostgreSQL's binary form.
final class PostgresRows {
    private let result: OpaquePointer

    init(_ result: OpaquePointer) {
        self.result = result
    }

    deinit { PQclear(result) }

    var count: Int { Int(PQntuples(result)) }

    func bytes(_ row: Int, _ column: Int) -> [UInt8] {
        let length = Int(PQgetlength(result, Int32(row), Int32(column)))
        guard let start = PQgetvalue(result, Int32(row), Int32(column)) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: length))
    }

    func text(_ row: Int, _ column: Int) -> String {
        String(decoding: bytes(row, column), as: UTF8.self)
    }

    /// An `int8`.
    func integer(_ row: Int, _ column: Int) -> Int64 {
        Int64(bitPattern: bytes(row, column).reduce(0) { $0 << 8 | UInt64($1) })
    }
}
