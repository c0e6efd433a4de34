// SPDX-License-Identifier: Apache-2.0
import PauseAgreement
import Testing
import TransparencyLog

@Suite struct OrderTests {
    private static let digest = Digest.sha256([1])

    private static let full = Order(
        agreement: digest, terms: .sha256([2]), rules: 1, epoch: 7, state: .paused,
        measures: [
            MeasureInForce(
                measure: .pause, parties: ["developer-a", "developer-b"], models: nil,
                activities: [.postTraining, .preTraining], threshold: ExactDecimal("1e23")!,
                from: Time(milliseconds: 1_795_291_200_000), causes: ["c31"], clause: "6.4"),
            MeasureInForce(
                measure: .pause, parties: ["developer-c"], models: [.sha256([3])], activities: [],
                threshold: .zero,
                from: Time(milliseconds: 0), causes: ["c40"], clause: "6.5"),
        ],
        causes: [
            CauseInForce(
                id: "c31", kind: .trigger, trigger: "research-automation",
                subject: .model("fiction-1"),
                standing: .provisional, entry: LogIndex(31), since: Time(milliseconds: 5),
                expiry: Time(milliseconds: 9), clause: "5.1"),
            CauseInForce(
                id: "silence", kind: .silence, trigger: nil, subject: nil, standing: .automatic,
                entry: nil,
                since: Time(milliseconds: 5), expiry: nil, clause: "11"),
        ],
        models: [
            ModelStanding(
                name: "fiction-1", digest: .sha256([3]), developer: "developer-a",
                parents: [.sha256([4])],
                released: Time(milliseconds: 3), entry: LogIndex(9))
        ],
        expiry: Time(milliseconds: 9), silentSince: Time(milliseconds: 4), size: TreeSize(42),
        root: .sha256([5]),
        tick: Time(milliseconds: 1_795_291_204_000))

    private static let empty = Order(
        agreement: digest, terms: digest, rules: 1, epoch: 0, state: .openForSignature,
        measures: [], causes: [],
        models: [], expiry: nil, silentSince: nil, size: .empty, root: MerkleHash.empty,
        tick: Time(milliseconds: 0))

    @Test(arguments: [full, empty])
    func `an order reads back from the text that is signed`(_ order: Order) throws {
        #expect(try Order(parsing: order.text) == order)
        #expect(try Order(json: order.json) == order)
        #expect(order.text.hasPrefix("standstill.example/order/v1\n{"))
        #expect(order.text.split(separator: "\n", omittingEmptySubsequences: false).count == 3)
        #expect(order.text.hasSuffix("}\n"))
    }

    private func check(
        _ path: String, _ value: JSON?, at pointer: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let changed = try set(
            Self.full.json, path.split(separator: "/").map(String.init)[...], value)
        let text = "\(Order.header)\n\(String(decoding: changed.canonicalBytes, as: UTF8.self))\n"
        do throws(MalformedStatement) {
            _ = try Order(parsing: text)
            Issue.record("accepted", sourceLocation: sourceLocation)
        } catch {
            #expect(error.pointer == pointer ?? path, "\(error)", sourceLocation: sourceLocation)
        }
    }

    private func set(_ json: JSON, _ path: ArraySlice<String>, _ value: JSON?) throws -> JSON {
        guard let key = path.first else { return try #require(value) }
        if var array = json.array {
            let index = try #require(Int(key))
            array[index] = try set(array[index], path.dropFirst(), value)
            return .array(array)
        }
        var object = try #require(json.object)
        object[key] =
            path.count == 1 ? value : try set(try #require(object[key]), path.dropFirst(), value)
        return .object(object)
    }

    @Test func `every member is read strictly`() throws {
        try check("/agreement", "00")
        try check("/epoch", -1)
        try check("/epoch", "7")
        try check("/state", "halted")
        try check("/root", .string(Self.digest.hex))
        try check("/size", nil)
        try check("/tick", nil)
        try check("/note", "x")
        try check("/measures/0/measure", "stop")
        try check("/measures/0/threshold", "1e23")
        try check("/measures/0/activities/1", "dancing", at: "/measures/0/activities")
        try check("/measures/0/parties/1", 2)
        try check("/measures/1/models/0", "00", at: "/measures/1/models")
        try check("/measures/0/why", "x")
        try check("/causes/0/kind", "rumour")
        try check("/causes/0/subject", "planet")
        try check("/causes/0/standing", "forever")
        try check("/causes/0/expiry", "soon")
        try check("/models/0/sha256", "00")
        try check("/models/0/released", true)
    }

    @Test func `only the one canonical spelling is an order`() throws {
        let text = Self.full.text
        let line = String(text.split(separator: "\n")[1])
        for other in [
            line, "\(line)\n", "x\n\(line)\n", "\(Order.header)\n\(line)",
            "\(Order.header)\n\(line)\n\n",
            "\(Order.header)\n \(line)\n", text.replacing("\"1e23 FLOP\"", with: "\"1.0e23 FLOP\""),
            text.replacing("\"epoch\":7", with: "\"epoch\": 7"),
            text.replacing("\"expiry\":9", with: "\"expiry\":null"),
            text.replacing("\n", with: "\r\n"),
        ] {
            #expect(throws: MalformedStatement.self, "\(other)") { try Order(parsing: other) }
        }
    }
}
