// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Storage

struct FolderExportTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func export(_ files: [String: String], to name: String) throws {
        var export = try FolderExport(at: folder.file(name))
        for (file, text) in files { try export.write(Array(text.utf8), to: file) }
        try export.commit()
    }

    private func names(_ name: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.file(name)).sorted()
    }

    @Test func `a folder appears with all of its files, and nothing is left beside it`() throws {
        try export(["a.html": "a", "deep/er/b": "b"], to: "site/")
        #expect(try names() == ["site"])
        #expect(try names("site") == [FolderExport.mark, "a.html", "deep"])
        #expect(try folder.read("site/deep/er/b") == Array("b".utf8))
    }

    @Test func `an export replaces all of an earlier one`() throws {
        try export(["old": "1", "both": "1"], to: "site")
        try export(["new": "2", "both": "2"], to: "site")
        #expect(try names("site") == [FolderExport.mark, "both", "new"])
        #expect(try folder.read("site/both") == Array("2".utf8))
        #expect(try names() == ["site"])
    }

    @Test func `what was not exported is left alone`() throws {
        try FileManager.default.createDirectory(
            atPath: folder.file("mine"), withIntermediateDirectories: false)
        try folder.write([1], to: "file")
        for name in ["mine", "file"] {
            let fault = #expect(throws: StorageFault.self) { try export(["a": "a"], to: name) }
            #expect(fault?.code == .notAStore)
        }
        #expect(try names() == ["file", "mine"])
        #expect(try names("mine") == [])
    }

    @Test func `an export that is given up leaves what was there`() throws {
        try export(["a": "1"], to: "site")
        do {
            var export = try FolderExport(at: folder.file("site"))
            try export.write([2], to: "a")
        }
        #expect(try folder.read("site/a") == Array("1".utf8))
        #expect(try names() == ["site"])
    }
}
