// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Measurement

private func reading(
    _ second: Int64, joules: Int64? = nil, watts: Int64? = nil, work: String = "idle",
    device: String = "a"
) -> DeviceReading {
    DeviceReading(
        device: device, milliseconds: second * 1000, energyCounter: joules.map { $0 * 1000 },
        power: watts.map { $0 * 1000 }, work: work)
}

@Suite struct ComputeAccountTests {
    /// - Parameter expected: hours, unseen hours, joules by counter, after a reset, by power.
    private func check(
        _ readings: [DeviceReading], earlier: [DeviceReading] = [],
        _ expected: (Double, Double, Double, Double, Double),
        at location: SourceLocation = #_sourceLocation
    ) {
        let account = ComputeAccount.reconcile(readings, earlier: earlier, longestGap: 3_600_000)
        let found = (
            account.deviceHours, account.unseenHours, account.joulesBySource[.counter] ?? 0,
            account.joulesBySource[.counterAfterReset] ?? 0, account.joulesBySource[.power] ?? 0
        )
        #expect(found == expected, sourceLocation: location)
        #expect(account.joules == expected.2 + expected.3 + expected.4, sourceLocation: location)
    }

    @Test func `the counter's difference is the energy, in whatever order readings come`() {
        let readings = [
            reading(0, joules: 100), reading(1800, joules: 900), reading(3600, joules: 1000),
        ]
        check(readings, (1, 0, 900, 0, 0))
        check(readings.reversed(), (1, 0, 900, 0, 0))
    }

    @Test func `a counter that begins again counts what came since, or the power in between`() {
        check([reading(0, joules: 5000), reading(1800, joules: 70)], (0.5, 0, 0, 70, 0))
        check(
            [
                reading(0, joules: 5000, watts: 100), reading(1800, joules: 70, watts: 300),
                reading(3600, joules: 170, watts: 300),
            ], (1, 0, 100, 0, 360_000))
        let account = ComputeAccount.reconcile(
            [reading(0, joules: 5), reading(1, joules: 4), reading(2, joules: 3)], longestGap: 5000)
        #expect(account.resets == 2)
    }

    @Test func `blanks near two to the 63rd are unknown, not an enormous energy`() {
        for blank in [
            Int64.max, 9_223_372_036_854_775_792, 9_223_372_036_854_775_794,
            9_223_372_036_854_775_795, -1,
        ] {
            #expect(DeviceReading.isBlank(blank))
            let blanked = DeviceReading(
                device: "a", milliseconds: 1_800_000, energyCounter: blank, power: blank,
                work: "idle")
            #expect(blanked.energyCounter == nil && blanked.power == nil)
            let account = ComputeAccount.reconcile(
                [reading(0, joules: 100), blanked, reading(3600, joules: 300)],
                longestGap: 3_600_000)
            // The counter went on counting while one reading of it was blank.
            #expect(account.joules == 200 && account.joulesBySource == [.counter: 200])
            let blind = ComputeAccount.reconcile(
                [reading(0), blanked, reading(3600)], longestGap: 3_600_000)
            #expect(blind.joules == 0 && blind.unmeteredHours == 1 && blind.deviceHours == 1)
        }
        #expect(!DeviceReading.isBlank(9_223_372_036_854_775_791))
    }

    @Test func `a gap is unseen time, though the counter has gone on`() {
        check([reading(0, joules: 0), reading(7200, joules: 9000)], (0, 2, 9000, 0, 0))
        // Without a counter nothing is known of the gap, and nothing is made up.
        check([reading(0, watts: 500), reading(7200, watts: 500)], (0, 2, 0, 0, 0))
    }

    @Test func `the same instant twice adds nothing`() {
        check(
            [
                reading(0, joules: 100), reading(0, joules: 100), reading(3600, joules: 200),
                reading(3600, joules: 200),
            ], (1, 0, 100, 0, 0))
    }

    @Test func `two periods account for the time between them once`() {
        let all = (0...6).map { reading(Int64($0) * 600, joules: Int64($0) * 50) }
        let whole = ComputeAccount.reconcile(all, longestGap: 3_600_000)
        let first = ComputeAccount.reconcile(Array(all[...3]), longestGap: 3_600_000)
        let second = ComputeAccount.reconcile(
            Array(all[4...]), earlier: [all[3]], longestGap: 3_600_000)
        #expect(whole.joules == first.joules + second.joules)
        #expect(abs(whole.deviceHours - first.deviceHours - second.deviceHours) < 1e-12)
    }

    @Test func `time between two classes belongs half to each`() {
        let account = ComputeAccount.reconcile(
            [
                reading(0, work: "pre-training"), reading(3600, work: "idle"),
                reading(7200, work: "idle"), reading(0, work: "serving", device: "b"),
                reading(3600, work: "serving", device: "b"),
            ], longestGap: 3_600_000)
        #expect(account.hoursByClass == ["pre-training": 0.5, "idle": 1.5, "serving": 1])
        #expect(account.devices == 2)
    }

    @Test(.enabled(if: Reference.isPresent, "reference data is absent"))
    func `the energy of measured runs is mean power times duration`() throws {
        // Real meters at about 1 Hz: the published mean and duration against the trapezoids.
        let rows = try Reference.table("compute/mlperf-node-power/runs.csv")
        #expect(rows.count >= 80)
        for row in rows.prefix(12) {
            let watts = Int64(try row.number("mean_w").rounded())
            let seconds = Int64(try row.number("dur_s").rounded())
            let account = ComputeAccount.reconcile(
                (0...seconds).map { reading($0, watts: watts, work: "pre-training") },
                longestGap: 5000)
            #expect(abs(account.joules / Double(watts * seconds) - 1) < 1e-12)
            let chips = try row.number("n_accel")
            #expect((300...2000).contains(account.joules / Double(seconds) / chips))
        }
    }
}
