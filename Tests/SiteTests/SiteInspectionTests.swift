// SPDX-License-Identifier: Apache-2.0
import Measurement
import Site
import Testing
import TransparencyLog

/// A site of four devices over twenty minutes, and what an auditor makes of it.
private struct InspectionScene {
    var samples: [TelemetrySample] = []
    /// What the site opens; by default what it committed to.
    var opened: [TelemetrySample] = []
    var root = MerkleHash.empty
    var devices = 4
    var events: [String] = []
    var sums: InspectedPeriod.Sums?
    let seed = Digest.sha256([1, 2, 3])

    init(
        work: (Int, Int) -> (class: String, watts: Int64, busy: Int64) = { _, _ in ("idle", 90, 0) }
    ) throws {
        var energy = [Int64](repeating: 1_000_000, count: 4)
        for minute in 0...20 {
            for device in 0..<4 {
                let (name, watts, busy) = work(device, minute)
                if minute > 0 { energy[device] += watts * 60_000 }
                samples.append(
                    TelemetrySample(
                        device: "GPU-\(device)", milliseconds: Int64(minute) * 60_000,
                        energy: energy[device], power: watts * 1000, busy: busy, work: name,
                        emulated: true, salt: [UInt8](repeating: UInt8(minute), count: 16)))
            }
        }
        opened = samples
        root = tree(samples).root()
        let summary = PeriodSummary.reconcile(samples, longestGap: 150_000)
        sums = try InspectedPeriod.Sums(
            samples: summary.samples, joules: #require(Double(summary.energy)),
            deviceHours: #require(Double(summary.deviceHours)),
            hoursByClass: summary.hoursByClass.mapValues { try #require(Double($0)) })
    }

    /// As if the machine had been started again, and the commitment made afterwards.
    mutating func restart(device: String, at time: Int64) {
        samples = samples.map { sample in
            guard sample.device == device, sample.milliseconds >= time else { return sample }
            return TelemetrySample(
                device: device, milliseconds: sample.milliseconds,
                energy: sample.milliseconds, power: sample.power, busy: sample.busy,
                work: sample.work, emulated: true, salt: sample.salt)
        }
        opened = samples
        root = tree(samples).root()
    }

    private func tree(_ samples: [TelemetrySample]) -> MerkleTree {
        MerkleTree(leafHashes: samples.map { MerkleHash.leaf($0.leaf) })
    }

    func inspect(
        count: Int = 20, stoppedSince: Int64? = -1, withheld: Set<Int> = [],
        emulated: Bool = true
    ) -> SiteInspection.Outcome {
        let tree = tree(samples)
        var leaves: [Int: InspectedPeriod.OpenedLeaf] = [:]
        for index in opened.indices where !withheld.contains(index) {
            leaves[index] = InspectedPeriod.OpenedLeaf(
                sample: opened[index].json,
                path: tree.proveInclusion(of: LogIndex(UInt64(index)), in: tree.size))
        }
        let period = InspectedPeriod(
            entry: 41, from: 0, to: 1_200_000, root: root, events: events, emulated: emulated,
            sums: sums, opened: leaves)
        let inspection = SiteInspection(
            seed: seed, count: count, devices: devices, stoppedSince: stoppedSince,
            covered: ["pre-training"])
        return inspection.reconcile([period])
    }
}

extension TelemetrySample {
    fileprivate func saying(_ work: String, watts: Int64, busy: Int64) -> TelemetrySample {
        TelemetrySample(
            device: device, milliseconds: milliseconds, energy: energy, power: watts * 1000,
            busy: busy, work: work, emulated: emulated, salt: salt)
    }
}

@Suite struct SiteInspectionTests {
    private func check(
        _ outcome: SiteInspection.Outcome, _ weight: Objection.Weight, _ parts: String...,
        at location: SourceLocation = #_sourceLocation
    ) {
        let text = outcome.objections.filter { $0.weight == weight }.map(\.description)
        #expect(
            text.contains { line in parts.allSatisfy { line.contains($0) } },
            "\(outcome.objections.map(\.description))", sourceLocation: location)
    }

    @Test func `an honest stop has no objection, and says what it could have missed`() throws {
        let outcome = try InspectionScene().inspect()
        #expect(outcome.objections.isEmpty, "\(outcome.objections)")
        #expect(outcome.drawn == 20 && outcome.holding == 20)
        // 84 samples, 20 drawn: 10 false ones would show with 93.8 %, 11 with 95.5 %.
        let inspection = try Inspection(population: 84, drawn: 20)
        let smallest = try #require(inspection.smallestShown(confidence: .ninetyFivePercent))
        #expect(outcome.shareShown == Double(smallest) / 84)
    }

    @Test func `a sample changed after the commitment is named`() throws {
        var scene = try InspectionScene { device, minute in
            device == 2 && minute > 5 ? ("pre-training", 700, 980) : ("idle", 90, 0)
        }
        let drawn = LeafDraw.sample(seed: scene.seed, root: scene.root, leaves: 84, count: 20)
        let lies = scene.samples.indices.filter { scene.samples[$0].work == "pre-training" }
        for index in lies {
            scene.opened[index] = scene.opened[index].saying("idle", watts: 90, busy: 0)
        }
        let outcome = scene.inspect()
        let found = lies.filter { drawn.contains($0) }
        #expect(!found.isEmpty)
        for index in found {
            check(
                outcome, .correctnessFails, "telemetry 41, leaf \(index):", "does not lead to")
        }
        #expect(outcome.holding == 20 - found.count)
    }

    @Test func `work after the stop is named, with its class`() throws {
        let scene = try InspectionScene { device, minute in
            device == 2 && minute > 5 ? ("pre-training", 700, 980) : ("idle", 90, 0)
        }
        check(scene.inspect(), .correctnessFails, "shows pre-training after the stop")
        check(scene.inspect(), .correctnessFails, "own sums say", "pre-training after the stop")
        // Before the stop the same is no objection.
        #expect(scene.inspect(stoppedSince: 2_000_000).objections.isEmpty)
    }

    @Test func `work without a name after the stop leaves correctness unknown`() throws {
        let scene = try InspectionScene { device, minute in
            device == 2 && minute > 5 ? ("unlabelled", 700, 980) : ("idle", 90, 0)
        }
        check(scene.inspect(), .correctnessUnknown, "work that nobody named")
        #expect(scene.inspect(stoppedSince: nil).objections.isEmpty)
    }

    @Test func `idle that draws the power of training is contradicted by its own figures`() throws {
        let scene = try InspectionScene { device, minute in
            device == 2 && minute > 5 ? ("idle", 700, 980) : ("idle", 90, 0)
        }
        let outcome = scene.inspect()
        check(outcome, .correctnessFails, "calls the device idle, which was busy 980 ‰")
        check(outcome, .correctnessFails, "drew 700 W; idle is 250 W at most")
        let hot = try InspectionScene { _, _ in ("idle", 690, 0) }
        check(hot.inspect(count: 1), .correctnessFails, "energy is more than", "690 W")
    }

    @Test func `sums that the drawn samples cannot come from are refused`() throws {
        var scene = try InspectionScene { device, _ in
            device < 2 ? ("pre-training", 700, 980) : ("idle", 90, 0)
        }
        scene.sums = InspectedPeriod.Sums(
            samples: 84, joules: 432_000, deviceHours: 4.0 / 3, hoursByClass: ["idle": 4.0 / 3])
        check(
            scene.inspect(stoppedSince: nil), .correctnessFails, "drawn samples are pre-training",
            "0 % of the device-hours")
        scene.sums = InspectedPeriod.Sums(
            samples: 84, joules: 432_000, deviceHours: 4.0 / 3, hoursByClass: ["idle": 1])
        check(scene.inspect(stoppedSince: nil), .correctnessFails, "do not add up")
    }

    @Test func `counters that were drawn speak against sums and against each other`() throws {
        var scene = try InspectionScene()
        let hours = try #require(scene.sums?.deviceHours)
        scene.sums = InspectedPeriod.Sums(
            samples: 84, joules: 1000, deviceHours: hours, hoursByClass: ["idle": hours])
        check(scene.inspect(), .correctnessFails, "more energy than its sums")
        var back = try InspectionScene()
        back.restart(device: "GPU-1", at: 600_000)
        check(back.inspect(count: 84), .correctnessFails, "the counter of GPU-1 goes back")
        back.events = ["counter-reset"]
        #expect(!back.inspect(count: 84).objections.contains { $0.weight != .note })
    }

    @Test func `what is withheld counts as false`() throws {
        let scene = try InspectionScene()
        let drawn = LeafDraw.sample(seed: scene.seed, root: scene.root, leaves: 84, count: 20)
        let outcome = scene.inspect(withheld: [drawn[3]])
        check(outcome, .correctnessFails, "leaf \(drawn[3]): was drawn and not opened")
        #expect(outcome.holding == 19)
    }

    @Test func `hours of devices that are missing or too many speak against completeness`() throws {
        var scene = try InspectionScene()
        scene.devices = 5
        check(scene.inspect(), .completenessUnknown, "20 % of the device-hours of 5 devices")
        scene.devices = 3
        check(scene.inspect(), .completenessFails, "more device-hours than 3")
        check(scene.inspect(), .completenessFails, "4 devices stand in the drawn samples, 3")
    }

    @Test func `events weigh as their names say, and unknown names weigh, too`() throws {
        var scene = try InspectionScene()
        scene.events = ["counter-reset", "gap", "contradictory", "sunspots"]
        let outcome = scene.inspect()
        check(outcome, .note, "counter-reset")
        check(outcome, .completenessUnknown, "gap")
        check(outcome, .correctnessUnknown, "contradictory")
        check(outcome, .completenessUnknown, "sunspots")
    }

    @Test func `emulated samples under a statement about a real site are refused`() throws {
        check(
            try InspectionScene().inspect(emulated: false), .correctnessFails, "emulated device")
    }

    @Test func `sums that were not opened leave both verdicts unknown and nothing shown`() throws {
        var scene = try InspectionScene()
        scene.sums = nil
        let outcome = scene.inspect()
        check(outcome, .correctnessUnknown, "not opened")
        check(outcome, .completenessUnknown, "not opened")
        #expect(outcome.shareShown == nil)
    }

    @Test func `periods that do not join are named`() throws {
        let scene = try InspectionScene()
        func period(_ entry: UInt64, _ from: Int64, _ to: Int64) -> InspectedPeriod {
            InspectedPeriod(
                entry: entry, from: from, to: to, root: scene.root, events: [], emulated: true,
                sums: nil, opened: [:])
        }
        let inspection = SiteInspection(
            seed: scene.seed, count: 1, devices: 4, stoppedSince: nil, covered: [])
        let gap = inspection.reconcile([period(3, 0, 10_000), period(5, 70_000, 90_000)])
        check(gap, .completenessUnknown, "telemetry 5: begins 60 s after the end of telemetry 3")
        let overlap = inspection.reconcile([period(3, 0, 10_000), period(5, 9000, 90_000)])
        check(overlap, .correctnessFails, "telemetry 5: begins 1 s before")
        let whole = inspection.reconcile([period(3, 0, 10_000), period(5, 10_000, 90_000)])
        #expect(!whole.objections.contains { $0.sentence.contains("begins") })
    }
}

@Suite struct LeafDrawTests {
    private let seed = Digest.sha256([1])
    private let root = Digest.sha256([2])

    @Test func `a draw is what its specification gives, word by word`() {
        // The specification done slowly: a whole array, words read from the hashes one by one.
        for (leaves, count) in [(10, 3), (100, 40), (7, 6), (65_536, 12)] {
            var words: [UInt64] = []
            for counter in 0..<40 {
                let number = [UInt8](repeating: 0, count: 7) + [UInt8(counter)]
                let block = Digest.sha256(seed.bytes + root.bytes + number).bytes
                for part in 0..<4 {
                    words.append(
                        block[part * 8..<part * 8 + 8].reduce(0) { $0 << 8 | UInt64($1) })
                }
            }
            var all = Array(0..<leaves)
            for place in 0..<count {
                let bound = UInt64(leaves - place)
                var word = words.removeFirst()
                while word >= UInt64.max / bound * bound { word = words.removeFirst() }
                all.swapAt(place, place + Int(word % bound))
            }
            #expect(
                LeafDraw.sample(seed: seed, root: root, leaves: leaves, count: count)
                    == all.prefix(count).sorted())
        }
    }

    @Test func `every leaf is drawn equally often`() {
        var counts = [Int](repeating: 0, count: 20)
        for number in 0..<4000 {
            let seed = Digest.sha256([UInt8(number % 256), UInt8(number / 256)])
            for leaf in LeafDraw.sample(seed: seed, root: root, leaves: 20, count: 5) {
                counts[leaf] += 1
            }
        }
        // 1000 each, standard deviation 27.4: five of them.
        #expect(counts.allSatisfy { (863...1137).contains($0) }, "\(counts)")
    }

    @Test func `a draw of all or more is all, one of nothing is nothing`() {
        #expect(LeafDraw.sample(seed: seed, root: root, leaves: 4, count: 4) == [0, 1, 2, 3])
        #expect(LeafDraw.sample(seed: seed, root: root, leaves: 4, count: 9) == [0, 1, 2, 3])
        #expect(LeafDraw.sample(seed: seed, root: root, leaves: 0, count: 3).isEmpty)
        #expect(LeafDraw.sample(seed: seed, root: root, leaves: 9, count: 0).isEmpty)
    }
}
