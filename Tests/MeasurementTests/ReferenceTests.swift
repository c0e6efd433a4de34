// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@Suite struct ReferenceTests {
    @Test(.enabled(if: Reference.isPresent, "reference data is absent"))
    func `every figure computed elsewhere is held against ours by some test`() throws {
        let bytes = try Data(
            contentsOf: Reference.root.appendingPathComponent("statistics/oracles.json"))
        let all = try #require(JSONSerialization.jsonObject(with: bytes) as? [String: Any])
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let sources = try FileManager.default.contentsOfDirectory(
            at: folder, includingPropertiesForKeys: nil
        ).map { try String(contentsOf: $0, encoding: .utf8) }.joined()
        #expect(all.count >= 18)
        for key in all.keys.sorted() {
            #expect(sources.contains("Reference.oracles(\"\(key)\")"), "\(key)")
        }
    }
}
