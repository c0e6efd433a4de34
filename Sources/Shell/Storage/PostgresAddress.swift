// SPDX-License-Identifier: Apache-2.0

import CPostgres

/// Where a PostgreSQL database is, and which schema of it is ours:
/// `postgres://USER@HOST:PORT/DATABASE?schema=NAME`.
///
/// The password is never part of it, since a command line is read by everybody on the machine:
/// libpq takes it from `PGPASSWORD`, `PGPASSFILE` or `~/.pgpass`.
public struct PostgresAddress: Hashable, Sendable, CustomStringConvertible {
    /// What libpq is given.
    let uri: String
    /// The schema that holds our tables; one log, one monitor or one witness each.
    public let schema: String

    /// The schema where the address names none.
    public static let defaultSchema = "standstill"

    /// - Throws: ``StorageFault`` with ``StorageFault/Code/cannotOpen`` where libpq cannot read it,
    ///   it has a password, or the schema is no plain name.
    public init(_ text: String) throws(StorageFault) {
        func fault(_ cause: String) -> StorageFault {
            StorageFault(.cannotOpen, "store \"\(PostgresAddress.masked(text))\"", cause: cause)
        }
        guard text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") else {
            throw fault("expected postgres://USER@HOST/DATABASE")
        }
        let (uri, schemas) = PostgresAddress.split(text)
        guard schemas.count <= 1 else { throw fault("schema is given twice") }
        let schema = schemas.first ?? PostgresAddress.defaultSchema
        guard PostgresAddress.isPlain(schema) else {
            throw fault("schema: expected lower-case letters, digits and _, at most 40")
        }
        var message: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(uri, &message) else {
            defer { PQfreemem(message) }
            throw fault(message.map { String(cString: $0) } ?? "libpq cannot read it")
        }
        defer { PQconninfoFree(options) }
        var next = options
        while let keyword = next.pointee.keyword {
            if String(cString: keyword) == "password", next.pointee.val != nil {
                throw fault("a password here could be read by others: use PGPASSFILE or ~/.pgpass")
            }
            next += 1
        }
        self.uri = uri
        self.schema = schema
    }

    public var description: String {
        schema == PostgresAddress.defaultSchema
            ? uri : uri + (uri.contains("?") ? "&" : "?") + "schema=\(schema)"
    }

    /// The address without our own part, which libpq would refuse, and the schemas named in it.
    private static func split(_ text: String) -> (uri: String, schemas: [String]) {
        guard let mark = text.firstIndex(of: "?") else { return (text, []) }
        let parts = text[text.index(after: mark)...].split(separator: "&")
        let kept = parts.filter { !$0.hasPrefix("schema=") }
        let schemas = parts.filter { $0.hasPrefix("schema=") }.map {
            String($0.dropFirst("schema=".count))
        }
        let rest = kept.isEmpty ? "" : "?" + kept.joined(separator: "&")
        return (String(text[..<mark]) + rest, schemas)
    }

    /// Needs no quoting, so that it can stand in statements as it is.
    private static func isPlain(_ name: String) -> Bool {
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        return name.utf8.first.map { letters.contains($0) } ?? false && name.utf8.count <= 40
            && name.utf8.allSatisfy {
                letters.contains($0) || digits.contains($0) || $0 == UInt8(ascii: "_")
            }
    }

    /// What may be printed of an address that was refused: neither what stands between a colon and
    /// the `@` nor the part where a password could be named.
    private static func masked(_ text: String) -> String {
        let plain = String(text.prefix { $0 != "?" })
        guard let at = plain.lastIndex(of: "@") else { return plain }
        let user = plain[..<at].split(separator: ":", maxSplits: 2).prefix(2)
        return user.joined(separator: ":") + plain[at...]
    }
}
