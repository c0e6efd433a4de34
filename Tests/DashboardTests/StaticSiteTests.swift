// SPDX-License-Identifier: Apache-2.0

import Foundation
import PauseAgreement
import Testing
import TransparencyLog

@testable import Brake
@testable import Dashboard

@Suite struct StaticSiteTests {
    private func site() throws -> StaticSite {
        let record = try Record.standard.get()
        return StaticSite(
            agreement: record.agreement, state: record.brake.state,
            checkpoint: try record.checkpoint(), leaves: record.leaves,
            summaries: record.summaries)
    }

    private func files() throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        let site = try site()
        for file in try site.parts.flatMap({ try site.files($0) }) {
            #expect(files.updateValue(file.bytes, forKey: file.path) == nil, "\(file.path) twice")
        }
        return files
    }

    @Test func `there are as many files as it says`() throws {
        #expect(try files().count == site().count)
    }

    @Test func `every page is well-formed, and every link leads to a file`() throws {
        let files = try files()
        for (path, bytes) in files where path.hasSuffix(".html") {
            let page = String(decoding: bytes, as: UTF8.self)
            check(page: page)
            #expect(!page.contains("\"/"), "\(path) has a link from the root")
            let folder = path.split(separator: "/").dropLast().map(String.init)
            for element in Markup(page).elements {
                for name in ["href", "src", "data-receipt", "data-agreement"] {
                    guard let target = element.attributes[name], !target.hasPrefix("#"),
                        !target.hasPrefix("data:")
                    else { continue }
                    var parts = folder
                    for part in target.split(separator: "/") {
                        if part == ".." { parts.removeLast() } else { parts.append(String(part)) }
                    }
                    let file = parts.joined(separator: "/")
                    #expect(files[file] != nil, "\(path): \(target) leads to no file")
                }
            }
        }
    }

    @Test func `every receipt verifies, and tiles hold the entries`() throws {
        let record = try Record.standard.get()
        let files = try files()
        for (place, leaf) in record.leaves.enumerated() {
            let proof = try LogProof(parsing: try #require(files["receipts/\(place).tlog-proof"]))
            _ = try proof.verify(leaf: leaf, policy: record.agreement.policy())
        }
        let bundle = try #require(files["tile/entries/000.p/\(record.leaves.count)"])
        #expect(try EntryBundle.parse(bundle) == record.leaves)
    }

    @Test func `a long timeline is cut into pages that never change once they are full`() throws {
        let record = try Record.standard.get()
        // The same entry many times: only its place matters here.
        func long(_ count: Int) throws -> [String: [UInt8]] {
            let state = Scene(size: UInt64(count)).state
            let site = StaticSite(
                agreement: record.agreement, state: state, checkpoint: try record.checkpoint(),
                leaves: Array(repeating: record.leaves[1], count: count),
                summaries: (0..<count).map {
                    EntrySummary(
                        index: LogIndex(UInt64($0)), received: Scene.now, kind: .accession,
                        signer: "norland", subject: nil, effect: .effective)
                })
            var files: [String: [UInt8]] = [:]
            for file in try site.files(.timeline) { files[file.path] = file.bytes }
            return files
        }
        let (shorter, longer) = (try long(250), try long(310))
        #expect(
            shorter.keys.sorted() == ["timeline/0.html", "timeline/1.html", "timeline/index.html"])
        #expect(longer.keys.count == 4)
        func rows(_ bytes: [UInt8]?) -> [String] {
            Markup(String(decoding: bytes ?? [], as: UTF8.self)).all("a").compactMap {
                $0.attributes["href"]
            }.filter { $0.contains("entry/") }
        }
        #expect(rows(shorter["timeline/0.html"]) == rows(longer["timeline/0.html"]))
        #expect(rows(shorter["timeline/0.html"]).count == 100)
        #expect(rows(shorter["timeline/index.html"]).first == "../entry/249.html")
    }
}
