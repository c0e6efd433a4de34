// SPDX-License-Identifier: Apache-2.0

import Brake
import Foundation
import PauseAgreement
import Roles
import Testing
import TransparencyLog

/// The rules by which leaves, ticks and orders are believed, against bytes that another
/// implementation wrote from the documents (`Vectors/believed`).
struct BelievedVectorTests {
    private static let folder = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Vectors/believed")

    private static func bytes(_ name: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: folder.appending(path: name)))
    }

    private static func rows(_ name: String) throws -> [[String]] {
        String(decoding: try bytes(name), as: UTF8.self).split(separator: "\n").dropFirst()
            .map { $0.split(separator: "\t").map { String($0) } }
    }

    private static func bytes(_ part: String, _ name: String) throws -> [UInt8] {
        try bytes("\(part)/\(name)")
    }

    private static func leaves(_ part: String, _ name: String) throws -> [[UInt8]] {
        try bytes(part, name).dropLast().split(separator: 0x0A, omittingEmptySubsequences: false)
            .map { Array($0) }
    }

    private static func agreement() throws -> Agreement {
        let reading = Agreement.read(canonicalJSON: try bytes("agreement.json"))
        return try #require(reading.agreement, "\(reading.problems)")
    }

    @Test func `the agreement has the id of its text`() throws {
        let id = String(decoding: try Self.bytes("agreement-id.txt"), as: UTF8.self)
        #expect(try Self.agreement().id.hex + "\n" == id)
    }

    @Test func `exactly the leaves of the table are refused`() throws {
        let agreement = try Self.agreement()
        let rows = try Self.rows("leaves.tsv")
        #expect(rows.count == 25)
        for row in rows {
            var log = LogReplay(agreement: agreement)
            var refused = "-"
            do throws(LogFailure) {
                for leaf in try! Self.leaves("leaves", row[0]) { try log.append(leaf) }
            } catch {
                refused = "\(error.index)"
            }
            #expect(refused == row[1], "\(row[0])")
        }
    }

    /// One monitor through the steps of a case.
    private struct Played {
        var monitor: Monitor
        let name: String
        /// What can be fetched.
        var log: [[UInt8]] = []
        private var answer: ProposalAnswer?

        init(_ name: String, _ agreement: Agreement, at start: Time) throws {
            self.name = name
            monitor = try #require(Monitor(agreement: agreement, party: name, peers: []))
            give(.started, start)
        }

        mutating func propose(_ note: [UInt8], _ now: Time) -> ProposalAnswer? {
            answer = nil
            give(.proposed(Ticket(1), note), now)
            return answer
        }

        private mutating func give(_ event: Monitor.Event, _ now: Time) {
            for action in monitor.receive(event, now: now) {
                switch action {
                case .ask(let source):
                    let nothing = Monitor.Told(order: nil, proposal: nil, checkpoint: nil)
                    give(.told(source, nothing), now)
                case .fetch(_, let start, let end):
                    if end.value <= UInt64(log.count) {
                        give(.fetched(Array(log[Int(start.value)..<Int(end.value)])), now)
                    } else {
                        give(.fetchFailed("not there"), now)
                    }
                case .signOrder(let text):
                    let number = UInt8(120 + Int(name.suffix(1))!)
                    let line = try! NoteSignature.sign(
                        text: text, as: "\(name).believed.example",
                        with: PrivateKey(seed: [UInt8](repeating: number, count: 32)))
                    give(.signed(text: text, line), now)
                case .reply(_, let answer): self.answer = answer
                default: break
                }
            }
        }
    }

    @Test(arguments: (1...4).map { "monitor-\($0)" })
    func `a monitor signs exactly the orders of the table`(name: String) throws {
        let agreement = try Self.agreement()
        let key = try #require(agreement.monitorKeys.first { $0.party == name })
        let rows = try Self.rows("ticks.tsv")
        #expect(rows.count == 39)
        var played: Played?
        var last: String?
        for row in rows {
            let now = Time(milliseconds: try #require(Int64(row[1])))
            if row[0] != last {
                played = try Played(name, agreement, at: now + TimeSpan(milliseconds: -120_000))
            }
            last = row[0]
            played?.log = try Self.leaves("ticks", row[2])
            let answer = played?.propose(try Self.bytes("ticks", row[3]), now)
            guard row[4].hasSuffix(".order") else {
                guard case .refused(let why, _)? = answer else {
                    Issue.record("\(row[0]): \(String(describing: answer))")
                    continue
                }
                #expect(why.rawValue == row[4], "\(row[0])")
                continue
            }
            guard case .signed(let note)? = answer else {
                Issue.record("\(row[0]): \(String(describing: answer))")
                continue
            }
            let text = String(decoding: try Self.bytes("ticks", row[4]), as: UTF8.self)
            #expect(note.text == text, "\(row[0])")
            #expect(try note.verified(by: [key.order]).signers == [key.order])
        }
    }
}
