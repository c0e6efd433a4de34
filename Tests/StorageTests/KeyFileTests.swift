// SPDX-License-Identifier: Apache-2.0

import Foundation
import Storage
import Testing
import TransparencyLog

struct KeyFileTests {
    private let folder: TemporaryFolder
    private let key = try! PrivateKey(seed: [UInt8](repeating: 7, count: 32))

    init() throws { folder = try TemporaryFolder() }

    private func refusal(_ name: String) -> UnreadableKey? {
        do {
            _ = try KeyFile.read(folder.file(name))
            return nil
        } catch {
            return error
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
        let found = try #require(refusal("key.pem"))
        #expect(found.kind == .readableByOthers && found.exitCode == 77)
        #expect(found.hint == "chmod 600 \(folder.file("key.pem"))")
    }

    @Test func `what is not there, or is no plain file, is told apart`() throws {
        let missing = try #require(refusal("none.pem"))
        #expect(missing.kind == .unreadable && missing.exitCode == 74)
        #expect(
            missing.description.hasSuffix("none.pem: cannot be read: no such file or directory"))
        try FileManager.default.createDirectory(
            atPath: folder.file("folder"), withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700])
        #expect(refusal("folder")?.reason == "not a plain file")
        #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
        #expect(refusal("pipe")?.reason == "not a plain file")
    }

    @Test func `what is no private key is refused without a word of its content`() throws {
        try folder.write(Array(key.publicKey.pem.utf8), to: "public.pem", mode: 0o600)
        #expect(refusal("public.pem")?.description.contains("PRIVATE KEY") == true)
        let secret = "c2VjcmV0LXNlY3JldC1zZWNyZXQ="
        let text = "-----BEGIN PRIVATE KEY-----\n\(secret)\n-----END PRIVATE KEY-----\n"
        try folder.write(Array(text.utf8), to: "broken.pem", mode: 0o600)
        let said = try #require(refusal("broken.pem"))
        #expect(said.kind == .malformed && said.exitCode == 65)
        #expect(!said.description.contains(secret))
        try folder.write([0xFF, 0xFE], to: "bytes.pem", mode: 0o600)
        #expect(refusal("bytes.pem")?.description.contains("expected a PEM file") == true)
        try folder.write([UInt8](repeating: 0x20, count: 70_000), to: "long.pem", mode: 0o600)
        #expect(refusal("long.pem")?.reason == "longer than any key file")
    }

    @Test func `a key of another sort is read with that sort's words`() throws {
        try folder.write(Array("other".utf8), to: "other.pem", mode: 0o600)
        let text = try KeyFile.read(folder.file("other.pem"), of: "a text") { $0 }
        #expect(text == "other")
        do {
            _ = try KeyFile.read(folder.file("other.pem"), of: "a sealing key") {
                (pem) throws(UnusableKey) in try PrivateKey(pem: pem)
            }
            Issue.record("nothing was refused")
        } catch {
            #expect(error.reason.hasPrefix("not a sealing key: "))
        }
    }
}
