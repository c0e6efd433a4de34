// SPDX-License-Identifier: Apache-2.0

import TransparencyLog

/// The tables of a log, a monitor or a witness in a PostgreSQL schema of their own.
enum PostgresLayout {
    /// Another layout is refused, never guessed at.
    static let version: Int64 = 1

    /// `log` has one row: where the log ends, and who may write. Both stand in one row so that one
    /// statement can look at both, and change the first, at once.
    private static let tables = """
        CREATE TABLE layout (version bigint NOT NULL);
        INSERT INTO layout VALUES (\(version));
        CREATE TABLE log (
          one boolean PRIMARY KEY DEFAULT true CHECK (one), size bigint NOT NULL,
          root bytea NOT NULL, epoch bigint NOT NULL, holder text NOT NULL,
          until timestamptz NOT NULL) WITH (fillfactor = 20);
        INSERT INTO log (size, root, epoch, holder, until)
          VALUES (0, decode('\(MerkleHash.empty.hex)', 'hex'), 0, '', '-infinity');
        CREATE TABLE leaves (position bigint PRIMARY KEY, leaf bytea NOT NULL);
        CREATE TABLE payloads (digest bytea PRIMARY KEY, position bigint NOT NULL);
        CREATE TABLE heads (size bigint PRIMARY KEY, root bytea NOT NULL);
        CREATE TABLE marks (key text COLLATE "C" PRIMARY KEY, value bytea NOT NULL);
        CREATE TABLE inbox (
          number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, signer text NOT NULL,
          payload bytea NOT NULL, envelope bytea NOT NULL, UNIQUE (signer, payload));
        CREATE TABLE mail (
          position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          recipient text COLLATE "C" NOT NULL, sender text COLLATE "C" NOT NULL,
          id bytea NOT NULL, received bigint NOT NULL, bytes bigint NOT NULL,
          envelope bytea NOT NULL, UNIQUE (recipient, sender, id));
        CREATE INDEX mail_age ON mail (received);
        CREATE TABLE turns (
          recipient text COLLATE "C" NOT NULL, sender text COLLATE "C" NOT NULL,
          turn bigint NOT NULL, PRIMARY KEY (recipient, sender));
        CREATE TABLE requests (recipient text COLLATE "C" PRIMARY KEY, time bigint NOT NULL);
        """

    /// Makes the tables in an empty or missing schema; refuses a schema of another kind or layout.
    static func prepare(_ connection: PostgresConnection) throws(StorageFault) {
        do {
            try connection.transaction { try make(connection) }
        } catch let fault as StorageFault {
            throw fault
        } catch {
            preconditionFailure("a store throws storage faults only")
        }
    }

    private static func make(_ connection: PostgresConnection) throws {
        let address = connection.address
        // Several processes may start at once; "STDL".
        try connection.run("SELECT pg_advisory_xact_lock($1)", [.integer(0x5354_444C)])
        let found = try connection.run(
            """
            SELECT (SELECT count(*) FROM pg_namespace WHERE nspname = $1),
              (SELECT count(*) FROM pg_tables WHERE schemaname = $1),
              (SELECT count(*) FROM pg_tables WHERE schemaname = $1 AND tablename = 'layout')
            """, [.text(address.schema)])
        if found.integer(0, 2) == 1 {
            let held = try connection.run("SELECT max(version) FROM layout").integer(0, 0)
            guard held == version else {
                throw StorageFault(
                    .notAStore, "open \(address)",
                    cause: "the schema has layout \(held), this program reads layout \(version)")
            }
            return
        }
        guard found.integer(0, 1) == 0 else {
            throw StorageFault(
                .notAStore, "open \(address)",
                cause: "the schema \(address.schema) holds other tables")
        }
        // Who may not make schemas is given one by the database's owner.
        if found.integer(0, 0) == 0 { try connection.script("CREATE SCHEMA \(address.schema)") }
        try connection.script(tables)
    }
}
