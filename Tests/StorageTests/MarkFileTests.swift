// SPDX-License-Identifier: Apache-2.0

import Foundation
import Storage
import Testing
import TransparencyLog

struct MarkFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `a mark is nothing, then what was written last`() async throws {
        let mark = MarkFile(path: folder.file("mark"))
        #expect(try mark.read() == nil)
        try mark.replace(with: [1, 2, 3])
        #expect(try mark.read() == [1, 2, 3])
        try await mark.replaceInBackground(with: [])
        #expect(try mark.read() == [])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["mark"])
    }

    @Test func `a draft that a crash left behind changes nothing`() throws {
        let mark = MarkFile(path: folder.file("mark"))
        try mark.replace(with: [1])
        try folder.write([9, 9], to: "mark.new")
        #expect(try mark.read() == [1])
        try mark.replace(with: [2])
        #expect(try mark.read() == [2])
    }

    @Test func `a folder that is not there is a fault that names the file`() {
        let mark = MarkFile(path: folder.file("no/mark"))
        do {
            try mark.replace(with: [1])
            Issue.record("it wrote nowhere")
        } catch {
            #expect(error.description.contains("no/mark.new: No such file"))
        }
    }

    @Test(arguments: [
        ("sqlite:log.db", "sqlite:log.db"), ("log.db", "sqlite:log.db"), ("memory:", "memory:"),
        ("./a:b.db", "sqlite:./a:b.db"), ("/x/y.db", "sqlite:/x/y.db"),
    ])
    func `a location reads as it is written`(text: String, expected: String) throws {
        #expect(try StoreLocation(text).description == expected)
    }

    @Test(arguments: ["", "sqlite:", "postgres:log", "memory:x", "a:b"])
    func `another kind of location is refused`(text: String) {
        #expect(throws: StorageFault.self) { try StoreLocation(text) }
    }
}

struct KeyFileTests {
    private let folder: TemporaryFolder
    private let key = try! PrivateKey(seed: [UInt8](repeating: 7, count: 32))

    init() throws { folder = try TemporaryFolder() }

    private func message(_ name: String) -> String? {
        do {
            _ = try KeyFile.read(folder.file(name))
            return nil
        } catch {
            return error.description
        }
    }

    @Test func `a key that only its owner can read is read`() throws {
        try KeyFile.write(key, to: folder.file("key.pem"))
        #expect(try KeyFile.read(folder.file("key.pem")).publicKey == key.publicKey)
        #expect(throws: StorageFault.self) { try KeyFile.write(key, to: folder.file("key.pem")) }
    }

    @Test(arguments: [0o644, 0o640, 0o604, 0o660, 0o601])
    func `a key that others can read is refused, with the way out`(mode: Int) throws {
        try folder.write(Array(key.pem.utf8), to: "key.pem", mode: mode)
        #expect(message("key.pem")?.contains("run: chmod 600 \(folder.file("key.pem"))") == true)
    }

    @Test func `what is no private key is refused without a word of its content`() throws {
        #expect(message("none.pem")?.contains("No such file") == true)
        try folder.write(Array(key.publicKey.pem.utf8), to: "public.pem", mode: 0o600)
        #expect(message("public.pem")?.contains("PRIVATE KEY") == true)
        let secret = "c2VjcmV0LXNlY3JldC1zZWNyZXQ="
        let text = "-----BEGIN PRIVATE KEY-----\n\(secret)\n-----END PRIVATE KEY-----\n"
        try folder.write(Array(text.utf8), to: "broken.pem", mode: 0o600)
        let said = try #require(message("broken.pem"))
        #expect(!said.contains(secret))
        try folder.write([0xFF, 0xFE], to: "bytes.pem", mode: 0o600)
        #expect(message("bytes.pem")?.contains("expected a PEM file") == true)
    }
}
