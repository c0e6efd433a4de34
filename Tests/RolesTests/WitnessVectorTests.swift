// SPDX-License-Identifier: Apache-2.0

import Foundation
import PauseAgreement
import Testing
import TransparencyLog

@testable import Roles

/// The requests and answers of `Vectors/log/witness`, which another implementation wrote from the
/// specification.
struct WitnessVectorTests {
    private static let folder = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Vectors/log/witness")

    private func bytes(_ name: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: Self.folder.appending(path: name)))
    }

    private func rows(_ name: String) throws -> [[String]] {
        String(decoding: try bytes(name), as: UTF8.self).split(separator: "\n").dropFirst()
            .map { $0.split(separator: "\t").map { String($0) } }
    }

    private func keys(_ name: String) throws -> [NoteKey] {
        try String(decoding: bytes(name), as: UTF8.self).split(separator: "\n")
            .map { try NoteKey(vkey: String($0)) }
    }

    /// What it answers, and whether something was to be kept before.
    private func ask(_ witness: inout Witness, _ body: [UInt8]) throws -> (String, isKept: Bool) {
        var actions = witness.receive(.asked(Ticket(1), body), now: RoleScene.start)
        if case .cosign(let ticket, let text, let seconds)? = actions.first {
            let line = try NoteSignature.cosign(
                checkpointText: text, timeSeconds: seconds, as: witness.name,
                with: RoleScene.key(2))
            actions = witness.receive(.cosigned(ticket, line), now: RoleScene.start)
        }
        var isKept = false
        for action in actions {
            switch action {
            case .keep: isKept = true
            case .reply(_, let answer): return (status(answer), isKept)
            case .cosign: break
            }
        }
        return ("no answer", isKept)
    }

    /// As the standard words it.
    private func status(_ answer: Witness.Cosigning) -> String {
        switch answer {
        case .cosigned: "200"
        case .malformed: "400"
        case .notSigned: "403"
        case .unknownLog: "404"
        case .expected(let size): "409 \(size)"
        case .inconsistent: "422"
        case .unable: "503"
        }
    }

    @Test func `every request of the table gets its status, and only a cosigned one is kept`()
        throws
    {
        let rows = try rows("requests.tsv")
        #expect(rows.count == 70)
        for row in rows {
            let name = try #require(keys("witness-key.txt").first).name
            var witness = Witness(name: name, logs: try keys("log-keys.txt"))
            if row[1] != "-" {
                #expect(try ask(&witness, bytes(row[1])) == ("200", true), "before \(row[0])")
            }
            let expected = row[2...].joined(separator: " ")
            let (found, isKept) = try ask(&witness, bytes(row[0]))
            #expect(found == expected, "\(row[0])")
            #expect(isKept == (expected == "200"), "\(row[0])")
        }
    }

    @Test func `a log takes from each answer of the table what it may`() throws {
        let key = try #require(keys("witness-key.txt").first)
        let text = try #require(AddCheckpoint(parsing: bytes("request-first.txt"))).note.text
        for row in try rows("responses.tsv") {
            let found: String
            if let lines = try? NoteSignature.parse(lines: bytes(row[0])) {
                let note = UnverifiedNote(text: text, signatures: lines)
                found = note.cosignature(by: key) == nil ? "nothing" : "cosigned"
            } else {
                found = "malformed"
            }
            #expect(found == row[1], "\(row[0])")
        }
    }
}
