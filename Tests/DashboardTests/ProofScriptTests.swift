// SPDX-License-Identifier: Apache-2.0

import Brake
import Foundation
import PauseAgreement
import Testing
import TransparencyLog

@testable import Dashboard

/// The script's own reading of proofs against ours, in Node.js where the machine has it: the same
/// functions that run in a browser. Without it these tests are skipped, and say so.
@Suite(.enabled(if: Script.node != nil || Script.mustRun, "no Node.js on this machine"))
struct ProofScriptTests {
    private func check(
        _ given: Script.Given, _ expected: [(Bool?, String)],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let findings = try Script.findings(given)
        for (verdict, words) in expected {
            #expect(
                findings.contains { $0.verdict == verdict && $0.text.contains(words) },
                "\(String(describing: verdict)) \(words): \(findings)",
                sourceLocation: sourceLocation)
        }
        let wanted = expected.contains { $0.0 == false }
        #expect(
            findings.contains { $0.verdict == false } == wanted, "\(findings)",
            sourceLocation: sourceLocation)
    }

    @Test func `a good proof of every entry holds, statement and all`() throws {
        let record = try Record.standard.get()
        for index in [0, 1, 24, 26] {
            try check(
                try Script.Given(record, index),
                [
                    (true, "is the one that the log serves"), (true, "leads by the proof's"),
                    (true, "The log has signed"), (true, "4 of 4 monitors have cosigned it"),
                    (true, "The statement is signed by"),
                ])
        }
    }

    @Test func `the keys of a policy serve as well`() throws {
        var given = try Script.Given(try Record.standard.get(), 24)
        given.agreement = nil
        try check(given, [(true, "The log has signed"), (true, "monitors have cosigned it")])
    }

    @Test func `a tampered entry is named`() throws {
        var given = try Script.Given(try Record.standard.get(), 24)
        given.leaf[20] ^= 1
        given.shown = given.leaf
        try check(given, [(false, "The entry is not in the log at this place")])
    }

    @Test func `a page that shows another entry than the log has is named`() throws {
        let record = try Record.standard.get()
        var given = try Script.Given(record, 24)
        given.shown = record.leaves[23]
        try check(given, [(false, "This page shows another entry")])
    }

    @Test func `the proof of another entry is named`() throws {
        let record = try Record.standard.get()
        var given = try Script.Given(record, 24)
        given.proof = String(decoding: try record.proof(of: 23).bytes, as: UTF8.self)
        try check(given, [(false, "The proof is of entry 23"), (false, "not in the log")])
    }

    @Test func `every broken line of a proof is noticed`() throws {
        let given = try Script.Given(try Record.standard.get(), 24)
        let lines = given.proof.split(separator: "\n", omittingEmptySubsequences: false)
        // The extra line is not authenticated, and the last is empty.
        let places = lines.indices.dropLast().filter { !lines[$0].hasPrefix("extra") }
        let broken = places.map { place in
            var other = given
            var broken = lines
            broken[place] = "A" + broken[place].dropFirst()
            if broken[place] == lines[place] { broken[place] = "B" + broken[place].dropFirst() }
            other.proof = broken.joined(separator: "\n")
            return other
        }
        #expect(broken.count > 10)
        for (place, findings) in zip(places, try Script.findings(broken)) {
            #expect(findings.contains { $0.verdict == false }, "line \(place): \(lines[place])")
        }
    }

    @Test func `a checkpoint that nobody signed is named`() throws {
        let record = try Record.standard.get()
        var given = try Script.Given(record, 24)
        given.proof = given.proof.replacing("\n27\n", with: "\n28\n")
        try check(
            given,
            [
                (false, "The log has not signed"),
                (false, "What claims to be the cosignature of monitor-1"),
            ].map { ($0.0 as Bool?, $0.1) })
    }

    @Test func `too few cosignatures are no failure, and no proof either`() throws {
        let record = try Record.standard.get()
        var given = try Script.Given(record, 24)
        given.proof = String(decoding: try record.proof(of: 24, monitors: 2).bytes, as: UTF8.self)
        try check(given, [(nil, "2 of 4 monitors have cosigned it, 3 are needed")])
    }

    @Test func `a statement of somebody else is named`() throws {
        var given = try Script.Given(try Record.standard.get(), 24)
        given.signer = "developer-c"
        try check(given, [(false, "not signed by developer-c")])
    }

    @Test func `a browser without Ed25519 checks hashes and says so`() throws {
        var given = try Script.Given(try Record.standard.get(), 24)
        given.isWithoutEd25519 = true
        try check(
            given,
            [(true, "leads by the proof's"), (nil, "This browser cannot verify Ed25519")])
        given.leaf[20] ^= 1
        try check(given, [(false, "not in the log")])
    }

    @Test func `paths lead to our roots, for every entry of every tree to 40`() throws {
        let hashes = (0..<40).map { MerkleHash.leaf([UInt8($0)]) }
        var cases: [[String]] = []
        for size in 1...40 {
            let tree = MerkleTree(leafHashes: Array(hashes.prefix(size)))
            for index in 0..<size {
                let path = tree.proveInclusion(
                    of: LogIndex(UInt64(index)), in: TreeSize(UInt64(size)))
                cases.append([
                    hashes[index].base64, "\(index)", "\(size)", tree.root().base64,
                    path.map(\.base64).joined(separator: " "),
                ])
            }
        }
        let text = String(
            decoding: try JSONSerialization.data(withJSONObject: cases), as: UTF8.self)
        let harness = """
            const results = [];
            for (const [leaf, index, size, root, path] of input) {
              const hashes = path === "" ? [] : path.split(" ").map(fromBase64);
              const found = await rootFromPath(fromBase64(leaf), Number(index), Number(size), hashes);
              results.push(toBase64(found) === root);
            }
            return results;
            """
        let results = try #require(try Script.run(harness, input: text) as? [Bool])
        #expect(results.count == cases.count && results.allSatisfy { $0 })
    }

    @Test func `paths of bundles are ours, and bundles are read as we write them`() throws {
        let places: [(UInt64, Int)] = [
            (0, 1), (255, 256), (256, 3), (256_000, 256), (70_000_000, 17), (999_999_999_999, 256),
        ]
        let input = try JSONSerialization.data(
            withJSONObject: places.map { [Double($0.0), Double($0.1)] })
        let found = try #require(
            try Script.run(
                "return input.map(([index, width]) => bundlePath(index, width));",
                input: String(decoding: input, as: UTF8.self)) as? [String])
        let ours = places.map {
            TilePath(kind: .entries, index: $0.0 / 256, width: $0.1)!.path
        }
        #expect(found == ours)
        let entries = [[UInt8]([1, 2, 3]), [], [UInt8](repeating: 9, count: 700)]
        let bundle = Base64.encode(EntryBundle.encode(entries))
        let read = try Script.run(
            "return parseBundle(fromBase64(input)).map((entry) => toBase64(entry));",
            input: "\"\(bundle)\"")
        #expect(read as? [String] == entries.map { Base64.encode($0) })
    }

    @Test(arguments: [
        (-1, "just now"), (59_000, "in less than a minute"), (60_000, "in\u{A0}1\u{A0}min"),
        (3 * 3_600_000 + 5, "in\u{A0}3\u{A0}h"), (-90_000_000, "1\u{A0}d ago"),
    ])
    func `deadlines are so far away`(_ milliseconds: Int, _ words: String) throws {
        #expect(
            try Script.run("return distance(input);", input: "\(milliseconds)") as? String == words)
    }
}

/// The page's script in another interpreter.
enum Script {
    static let node = ["/usr/bin/node", "/usr/local/bin/node", "/opt/homebrew/bin/node"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }
    static let mustRun = ProcessInfo.processInfo.environment["CI"] != nil

    struct Finding {
        let verdict: Bool?
        let text: String
    }

    /// What a page would have gathered.
    struct Given {
        var leaf: [UInt8]
        var shown: [UInt8]
        var proof: String
        let index: Int
        var signer: String
        var agreement: [UInt8]?
        let policy: String
        var isWithoutEd25519 = false

        init(_ record: Record, _ index: Int) throws {
            self.index = index
            leaf = record.leaves[index]
            shown = leaf
            proof = String(decoding: try record.proof(of: UInt64(index)).bytes, as: UTF8.self)
            signer = record.summaries[index].signer
            agreement = record.agreement.text.canonicalBytes
            policy = record.agreement.policy().text
        }
    }

    static func findings(_ given: Given) throws -> [Finding] {
        try #require(try findings([given]).first)
    }

    static func findings(_ cases: [Given]) throws -> [[Finding]] {
        let inputs = cases.map { given in
            var input: [String: Any] = [
                "leaf": Base64.encode(given.leaf), "shown": Base64.encode(given.shown),
                "proof": given.proof, "index": given.index, "signer": given.signer,
                "policy": given.policy, "old": given.isWithoutEd25519,
            ]
            input["agreement"] = given.agreement.map { Base64.encode($0) }
            return input
        }
        let harness = """
            const one = async (input) => {
            if (input.old) {
              crypto.subtle.importKey = () => {
                const error = new Error("no such algorithm");
                error.name = "NotSupportedError";
                return Promise.reject(error);
              };
            }
            const keys = input.agreement ? await keysOfAgreement(fromBase64(input.agreement))
              : await parsePolicy(input.policy);
            return checkProof({ ...input, keys, leaf: fromBase64(input.leaf), shown: fromBase64(input.shown) });
            };
            const all = [];
            for (const given of input) all.push(await one(given));
            return all;
            """
        let text = try JSONSerialization.data(withJSONObject: inputs)
        let found = try run(harness, input: String(decoding: text, as: UTF8.self))
        let lists = try #require(found as? [[[String: Any]]])
        return try lists.map { list in
            try list.map {
                Finding(verdict: $0["verdict"] as? Bool, text: try #require($0["text"] as? String))
            }
        }
    }

    /// What the harness returns, as JSON, with the script before it and `input` beside it.
    static func run(_ harness: String, input: String) throws -> Any {
        let process = Process()
        process.executableURL = URL(filePath: try #require(node, "no Node.js on this machine"))
        let program = """
            globalThis.crypto ??= require("crypto").webcrypto;
            \(PageScript.text)
            (async () => {
              const input = JSON.parse(require("fs").readFileSync(0, "utf8"));
              const result = await (async () => { \(harness) })();
              process.stdout.write(JSON.stringify([result]));
            })().catch((error) => { console.error(error); process.exit(1); });
            """
        process.arguments = ["-e", program]
        let (entrance, exit) = (Pipe(), Pipe())
        process.standardInput = entrance
        process.standardOutput = exit
        try process.run()
        entrance.fileHandleForWriting.write(Data(input.utf8))
        try entrance.fileHandleForWriting.close()
        let output = exit.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        let list = try JSONSerialization.jsonObject(with: output) as? [Any]
        return try #require(list?.first)
    }
}
