// SPDX-License-Identifier: Apache-2.0

import Storage
import Testing

struct PostgresAddressTests {
    private func refusal(_ text: String) -> String? {
        do {
            _ = try PostgresAddress(text)
            return nil
        } catch {
            return error.description
        }
    }

    @Test(arguments: [
        "postgres://log@db.example/standstill", "postgresql://log@h1,h2:5433/x?sslmode=verify-full",
        "postgres://log@/x?host=/run/postgresql&schema=a_1",
        "postgres://log@db.example/x?schema=second&sslmode=require",
    ])
    func `an address is written as it was read`(text: String) throws {
        let address = try PostgresAddress(text)
        #expect(try PostgresAddress("\(address)") == address)
        #expect(try StoreLocation(text) == .postgres(address))
        #expect(try StoreLocation(text).markPath == nil)
    }

    @Test func `the schema is ours, and standstill where none is named`() throws {
        #expect(try PostgresAddress("postgres://a@b/c").schema == "standstill")
        #expect(try PostgresAddress("postgres://a@b/c?schema=x&sslmode=require").schema == "x")
    }

    @Test(arguments: [
        "postgres://log:secret@db.example/standstill",
        "postgres://log@db.example/standstill?password=secret",
        "postgres://log:secret@db.example/standstill?schema=No",
    ])
    func `a password on the command line is refused and not repeated`(text: String) {
        let words = refusal(text) ?? "taken"
        #expect(words.contains("PGPASSFILE") || words.contains("schema"))
        #expect(!words.contains("secret"))
    }

    @Test(arguments: [
        "postgres://a@b/c?schema=A", "postgres://a@b/c?schema=1a", "postgres://a@b/c?schema=",
        "postgres://a@b/c?schema=a;b", "postgres://a@b/c?schema=a&schema=b",
        "postgres://a@b/c?nonsense=1", "mysql://a@b/c",
    ])
    func `what libpq or we cannot read is refused`(text: String) {
        #expect(refusal(text) != nil)
    }
}
