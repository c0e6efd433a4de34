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
