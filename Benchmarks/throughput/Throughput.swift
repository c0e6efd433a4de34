// SPDX-License-Identifier: Apache-2.0

import Foundation
import PauseAgreement
import TransparencyLog

/// What a log node can take, piece by piece: `scripts/load.sh` runs it and prints the table.
@main
struct Throughput {
    static let usage = """
        usage: throughput statements COUNT AGREEMENT EVALUATOR-KEY... > FILE
               throughput append WRITERS SECONDS AGREEMENT KEY FILE STORE
               throughput checks FILE AGREEMENT
               throughput proofs ENTRIES
               throughput growth

        statements  COUNT signed measurements, one JSON object a line, by turns from each key
        append      statements from FILE whose signatures were checked before, into a log at STORE:
                    WRITERS wait each for its receipt
        checks      how long admission takes, and what part of it Ed25519 does
        proofs      inclusion proofs a second from a tree in memory
        growth      time and memory of a tree from 1e3 to 1e7 entries
        """

    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch arguments.first {
        case "statements" where arguments.count >= 4: try statements(arguments)
        case "append" where arguments.count == 7: try await Appending(arguments).run()
        case "checks" where arguments.count == 3: try Checks(arguments).run()
        case "proofs" where arguments.count == 2: proofs(in: Int(arguments[1])!)
        case "growth" where arguments.count == 1: growth()
        default:
            FileHandle.standardError.write(Data((usage + "\n").utf8))
            exit(64)
        }
    }

    private static func statements(_ arguments: [String]) throws {
        let agreement = try read(agreement: arguments[2])
        let keys = try arguments[3...].map { path in
            try PrivateKey(pem: String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self))
        }
        guard let indicator = agreement.indicators.first(where: { $0.unit == .share }) else {
            fatalError("the agreement has no indicator that is a share")
        }
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        var output = Data()
        for number in 0..<Int(arguments[1])! {
            let statement = Statement(
                agreement: agreement.id, terms: agreement.terms,
                sequence: Int64(number / keys.count + 1),
                predicate: .measurement(
                    MeasuredValue(
                        indicator: indicator.name, subject: .model("fiction-1"),
                        value: ExactDecimal("0.1")!, unit: .share, interval: nil, n: 100,
                        clusters: nil, suite: "made-up-v1", method: indicator.method,
                        assurance: .thirdParty, made: Time(milliseconds: now - 3_600_000 + Int64(number)),
                        elicitation: nil, modelDigest: nil, evidence: [], source: nil,
                        fictional: true)))
            let envelope = try Envelope.sign(
                payload: statement.payload, payloadType: Envelope.inToto,
                with: [keys[number % keys.count]])
            output.append(contentsOf: envelope.json.canonicalBytes + [0x0A])
        }
        FileHandle.standardOutput.write(output)
    }

    static func read(agreement path: String) throws -> Agreement {
        let reading = Agreement.read(yaml: Array(try Data(contentsOf: URL(filePath: path))))
        guard let agreement = reading.agreement else { fatalError("\(reading.problems)") }
        return agreement
    }

    // MARK: - The tree alone

    private static func leafHash(_ number: Int) -> Digest {
        withUnsafeBytes(of: number) { MerkleHash.leaf(Array($0)) }
    }

    private static func proofs(in entries: Int) {
        let tree = MerkleTree(leafHashes: (0..<entries).map(leafHash))
        var generator = SplitMix(state: 1)
        let count = 500_000
        var hashes = 0
        let time = ContinuousClock().measure {
            for _ in 0..<count {
                let index = LogIndex(generator.next() % UInt64(entries))
                hashes += tree.proveInclusion(of: index, in: tree.size).count
            }
        }
        print("\(rate(count, time)) inclusion proofs/s in \(entries) entries, \(hashes / count) hashes each")
    }

    private static func growth() {
        print("entries\tns an append\tns a proof\tns a root\tMiB in all")
        var tree = MerkleTree()
        var generator = SplitMix(state: 1)
        for exponent in 3...7 {
            let entries = (0..<exponent).reduce(1) { product, _ in product * 10 }
            let before = Int(tree.size.value)
            let hashes = (before..<entries).map(leafHash)
            let appending = ContinuousClock().measure { for hash in hashes { tree.append(hash) } }
            let proving = ContinuousClock().measure {
                for _ in 0..<20_000 {
                    let index = LogIndex(generator.next() % tree.size.value)
                    _ = tree.proveInclusion(of: index, in: tree.size)
                }
            }
            let rooting = ContinuousClock().measure {
                for _ in 0..<20_000 {
                    _ = tree.root(at: TreeSize(generator.next() % tree.size.value + 1))
                }
            }
            print(
                "1e\(exponent)\t\(each(appending, hashes.count))\t\(each(proving, 20_000))\t"
                    + "\(each(rooting, 20_000))\t\(residentMiB())")
        }
    }

    private static func each(_ time: Duration, _ count: Int) -> Int64 {
        let (seconds, atto) = time.components
        return (seconds * 1_000_000_000 + atto / 1_000_000_000) / Int64(max(1, count))
    }

    /// The most that the process has held in memory so far, from the kernel.
    static func residentMiB() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Int(usage.ru_maxrss) >> 10
    }
}

/// A rate in whole things a second.
func rate(_ count: Int, _ time: Duration) -> Int {
    let (seconds, atto) = time.components
    return Int(Double(count) / (Double(seconds) + Double(atto) * 1e-18))
}

/// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
