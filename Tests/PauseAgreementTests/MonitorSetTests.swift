// SPDX-License-Identifier: Apache-2.0
import Foundation
import PauseAgreement
import Testing
import TransparencyLog

/// Sets of monitors, and the notes that change them. The bytes in Vectors/monitors are from an
/// implementation of its own.
@Suite struct MonitorSetTests {
    private static let folder = ExampleAgreement.root.appending(path: "Vectors/monitors")

    private static func names(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(
            atPath: Self.folder.appending(path: folder).path
        ).filter { $0.hasSuffix(".note") }.sorted()
    }

    private static func agreement() throws -> Agreement {
        let bytes = try Data(contentsOf: folder.appending(path: "agreement.json"))
        return try #require(Agreement.read(canonicalJSON: Array(bytes)).agreement)
    }

    private static func note(_ path: String) throws -> UnverifiedNote {
        try UnverifiedNote(parsing: Array(Data(contentsOf: folder.appending(path: path))))
    }

    /// Version 1, and one more for each of the plain notes.
    private static func chain(upTo version: Int64, _ agreement: Agreement) throws -> MonitorChain {
        let plain = [
            "2-two-leave-and-two-join", "3-signed-by-some-whom-the-agreement-does-not-name",
        ]
        var chain = MonitorChain(agreement)
        for name in plain.prefix(Int(version) - 1) {
            try chain.extend(with: note("good/\(name).note"), under: agreement)
        }
        return chain
    }

    @Test func `the agreement's own set is version 1`() throws {
        let agreement = try Self.agreement()
        let set = agreement.monitors
        #expect(set.version == 1)
        #expect(set.previous == nil)
        #expect(set.name == nil)
        #expect(set.members == agreement.monitorKeys)
        #expect(set.needed == 3)
        #expect(
            set.text.hasPrefix("standstill.example/monitors/v1\nagreement \(agreement.id.hex)\n"))
        #expect(!set.text.contains("previous"))
    }

    @Test func `every good note brings the next version`() throws {
        let agreement = try Self.agreement()
        let names = try Self.names("good")
        #expect(names.count >= 5)
        for name in names {
            let version = try #require(Int64(name.prefix(1)))
            var chain = try Self.chain(upTo: version - 1, agreement)
            let note = try Self.note("good/\(name)")
            try chain.extend(with: note, under: agreement)
            #expect(chain.current.version == version, "\(name)")
            #expect(chain.current.text == note.text, "\(name)")
            #expect(chain.set(named: chain.current.name) == chain.current)
            #expect(chain.set(named: nil) == agreement.monitors)
            #expect(
                chain.notes.last?.signatures.count ?? 0
                    <= chain.sets[Int(version) - 2].members.count)
        }
    }

    @Test func `no bad note does, and its line is named`() throws {
        let agreement = try Self.agreement()
        let table = try String(
            contentsOf: Self.folder.appending(path: "bad/lines.tsv"), encoding: .utf8)
        let lines = Dictionary(
            uniqueKeysWithValues: table.split(separator: "\n").map { row in
                let parts = row.split(separator: "\t")
                return (String(parts[0]), Int(parts[1]) ?? -1)
            })
        let names = try Self.names("bad")
        #expect(Set(names) == Set(lines.keys))
        for name in names {
            var chain = MonitorChain(agreement)
            let before = chain
            var found = -1
            do throws(RotationFailure) {
                try chain.extend(with: Self.reading("bad/\(name)"), under: agreement)
            } catch {
                if case .unfit(let unfit) = error { found = unfit.line } else { found = 0 }
            }
            #expect(found == lines[name], "\(name)")
            #expect(chain == before, "\(name)")
        }
    }

    private static func reading(_ path: String) -> UnverifiedNote {
        do { return try note(path) } catch { preconditionFailure("\(path): \(error)") }
    }

    @Test func `one flipped bit anywhere in a text is another text, and unsigned`() throws {
        let agreement = try Self.agreement()
        let note = try Self.note("good/2-two-leave-and-two-join.note")
        let bytes = Array(note.text.utf8)
        var tried = 0
        for place in bytes.indices {
            for bit in [0, 3] {
                var changed = bytes
                changed[place] ^= 1 << UInt8(bit)
                guard changed.allSatisfy({ $0 >= 0x20 || $0 == 0x0A }), changed.last == 0x0A,
                    let text = String(validating: changed, as: UTF8.self)
                else { continue }
                let other = UnverifiedNote(text: text, signatures: note.signatures)
                var chain = MonitorChain(agreement)
                #expect(throws: RotationFailure.self) {
                    try chain.extend(with: other, under: agreement)
                }
                tried += 1
            }
        }
        #expect(tried > 600)
    }

    @Test func `a chain reads back from its file, and goes no further than its notes`() throws {
        let agreement = try Self.agreement()
        let chain = try Self.chain(upTo: 3, agreement)
        var read = MonitorChain(agreement)
        try read.extend(with: MonitorChain.notes(of: chain.json), under: agreement)
        #expect(read == chain)
        // The same notes again say nothing new.
        try read.extend(with: MonitorChain.notes(of: chain.json), under: agreement)
        #expect(read == chain)
        #expect(chain.upTo(version: 1) == MonitorChain(agreement))
        #expect(try chain.upTo(version: 2) == Self.chain(upTo: 2, agreement))
        // Without the second, the third follows nothing.
        var short = MonitorChain(agreement)
        #expect(throws: RotationFailure.self) {
            try short.extend(with: [chain.notes[1]], under: agreement)
        }
    }

    @Test func `the policy of a later set asks for its cosignatures`() throws {
        let agreement = try Self.agreement()
        let set = try Self.chain(upTo: 3, agreement).current
        let policy = agreement.policy(monitors: set)
        #expect(policy.witnesses.map(\.name) == set.members.map(\.party))
        #expect(policy.witnesses.map(\.key) == set.members.map(\.cosigning))
        #expect(policy.text.contains("group monitors 5 monitor-2"))
        #expect(try WitnessPolicy(parsing: policy.text) == policy)
    }

    @Test func `the next set is written as it is read`() throws {
        let agreement = try Self.agreement()
        let note = try Self.note("good/2-two-leave-and-two-join.note")
        let set = try MonitorSet(parsing: note.text, under: agreement)
        let members = set.members.reversed().map { (party: $0.party, key: $0.order.key) }
        let written = try agreement.monitors(
            after: agreement.monitors, terms: set.terms, members: members)
        #expect(written == set)
    }

    @Test func `an order under a later set names it, and one under the agreement's own does not`()
        throws
    {
        let agreement = try Self.agreement()
        let set = try Self.chain(upTo: 2, agreement).current
        func order(_ name: MonitorSetName?) -> Order {
            Order(
                agreement: agreement.id, terms: agreement.terms, rules: 1, epoch: 1,
                state: .running, measures: [], causes: [], models: [], expiry: nil,
                silentSince: nil, size: TreeSize(3), root: .sha256([1]),
                tick: Time(milliseconds: 5), monitors: name)
        }
        #expect(!order(nil).text.contains("monitors"))
        #expect(
            order(set.name).text.contains(
                "\"monitors\":{\"sha256\":\"\(set.digest.hex)\",\"version\":2}"))
        #expect(try Order(parsing: order(set.name).text) == order(set.name))
        #expect(try Order(parsing: order(nil).text) == order(nil))
    }
}
