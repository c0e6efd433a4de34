// SPDX-License-Identifier: Apache-2.0
import EvaluationLogs
import Site
import Testing
import TransparencyLog

private let salt = [UInt8](repeating: 7, count: 16)

private func reading(
    _ joules: Int64? = nil, watts: Int64? = nil, time: Int64? = nil, device: String = "GPU-1",
    work: String = "idle"
) -> SampleReading {
    var reading = SampleReading(device: device, work: work)
    reading.energy = joules.map { $0 * 1000 }
    reading.power = watts.map { $0 * 1000 }
    reading.milliseconds = time
    return reading
}

@Suite struct SampleRecorderTests {
    /// The events of each page's only device, for pages at these times in seconds.
    private func check(
        _ pages: [(Int64, SampleReading)], _ expected: [[TelemetryEvent]],
        at location: SourceLocation = #_sourceLocation
    ) {
        var recorder = SampleRecorder(every: 10_000)
        let events = pages.map { second, reading in
            recorder.receive([reading], at: second * 1000) { salt }.flatMap(\.events)
        }
        #expect(events == expected, sourceLocation: location)
    }

    @Test func `steady readings have no events`() {
        check(
            [(0, reading(100, watts: 90)), (10, reading(1000, watts: 90)), (20, reading(1900))],
            [[], [], []])
    }

    @Test func `a counter that jumps back was reset`() {
        check([(0, reading(5000)), (10, reading(3)), (20, reading(4))], [[], [.counterReset], []])
    }

    @Test func `a counter that stands still while power is drawn is a replay`() {
        check(
            [
                (0, reading(5000, watts: 100)), (10, reading(5000, watts: 100)),
                (40, reading(5000, watts: 100)), (50, reading(9000, watts: 100)),
            ], [[], [.replayed], [.gap, .replayed], []])
        // Without power nothing has to move.
        check([(0, reading(5000, watts: 0)), (10, reading(5000, watts: 0))], [[], []])
    }

    @Test func `a counter that runs away from power is contradictory`() {
        check(
            [(0, reading(0, watts: 100)), (10, reading(100_000, watts: 100))],
            [[], [.contradictory]])
        check([(0, reading(0, watts: 700)), (10, reading(9, watts: 700))], [[], [.contradictory]])
    }

    @Test func `times of the exporter make readings late, replayed, back-dated or contradictory`() {
        check(
            [
                (0, reading(0, time: 0)), (10, reading(9, time: 10_000)),
                (20, reading(9, time: 10_000)), (30, reading(8, time: 10_000)),
                (40, reading(7, time: 5000)), (50, reading(20, time: 20_000)),
                (60, reading(30, time: 90_000)),
            ],
            [
                [], [], [.replayed], [.contradictory], [.backDated, .late], [.late],
                [.contradictory],
            ])
    }

    @Test func `a clock that goes back makes nothing count until it has caught up`() {
        var recorder = SampleRecorder(every: 10_000)
        var samples: [TelemetrySample] = []
        for (second, joules) in [(100, 0), (110, 900), (60, 1800), (70, 2700), (120, 3600)] {
            samples += recorder.receive(
                [reading(Int64(joules), watts: 90)], at: Int64(second) * 1000
            ) { salt }
        }
        #expect(
            samples.map(\.events) == [[], [], [.clockBack], [.clockBack], []])
        #expect(samples.map(\.work) == ["idle", "idle", "unseen", "unseen", "idle"])
        let summary = PeriodSummary.reconcile(samples, longestGap: 25_000)
        #expect(summary.energy == "3600")
    }

    @Test func `a pause between two pages is a gap`() {
        check([(0, reading(0)), (25, reading(9)), (51, reading(18))], [[], [], [.gap]])
    }

    @Test func `a device that vanishes leaves a sample without figures at every page`() throws {
        var recorder = SampleRecorder(every: 10_000)
        _ = recorder.receive([reading(0), reading(0, device: "GPU-2")], at: 0) { salt }
        for page in 1...2 {
            let samples = recorder.receive([reading(1)], at: Int64(page) * 10_000) { salt }
            #expect(samples.map(\.device) == ["GPU-1", "GPU-2"])
            #expect(samples[1].events == [.deviceVanished])
            #expect(samples[1].work == "unseen" && samples[1].energy == nil)
        }
        let back = recorder.receive([reading(2), reading(3, device: "GPU-2")], at: 30_000) { salt }
        #expect(back.flatMap(\.events).isEmpty)
    }

    @Test func `a restart forgets no device and no counter`() {
        var first = SampleRecorder(every: 10_000)
        let before = first.receive([reading(9), reading(0, device: "GPU-2")], at: 0) { salt }
        var second = SampleRecorder(every: 10_000, earlier: before)
        let after = second.receive([reading(3)], at: 60_000) { salt }
        #expect(after.map(\.events) == [[.counterReset, .gap], [.deviceVanished, .gap]])
    }

    @Test func `a sample has one spelling and reads back`() throws {
        let sample = TelemetrySample(
            device: "GPU-1", milliseconds: 1_700_000_000_000, host: "n1", energy: 319_159_391,
            power: 409_692, busy: 996, tensor: 929, work: "pre-training", job: "run-17",
            emulated: true, events: [.migTwin, .blank, .migTwin], salt: salt)
        let text =
            #"{"busy":996,"class":"pre-training","device":"GPU-1","emulated":true,"energy":319159391,"#
            + #""events":["blank","mig-twin"],"host":"n1","job":"run-17","power":409692,"#
            + #""salt":"07070707070707070707070707070707","tensor":929,"time":1700000000000}"#
        #expect(String(decoding: sample.leaf, as: UTF8.self) == text)
        #expect(try TelemetrySample(leaf: sample.leaf, file: "f", place: "leaf 0") == sample)
    }

    @Test(arguments: [
        (#"{"class":"idle","device":"d","time":1}"#, "salt"),
        (
            #"{"class":"idle","device":"d","salt":"07070707070707070707070707070707","time":"1"}"#,
            "time"
        ),
        (#"{"class":"idle","device":"d","salt":"0707","time":1}"#, "salt"),
        (
            #"{"class":"Idle","device":"d","salt":"07070707070707070707070707070707","time":1}"#,
            "class"
        ),
        (
            #"{"busy":1001,"class":"idle","device":"d","salt":"07070707070707070707070707070707","time":1}"#,
            "busy"
        ),
        (
            #"{"class":"idle","device":"d","events":["x"],"salt":"07070707070707070707070707070707","time":1}"#,
            "events"
        ),
        (
            #"{"class":"idle","device":"d","more":1,"salt":"07070707070707070707070707070707","time":1}"#,
            "more"
        ),
        ("[]", "object"), ("{", "JSON"),
    ])
    func `what is no sample is refused with its leaf`(text: String, part: String) {
        checkMalformed("buffer, leaf 3", part) {
            _ = try TelemetrySample(leaf: Array(text.utf8), file: "buffer", place: "leaf 3")
        }
    }

    @Test func `every event says what it does`() {
        for event in TelemetryEvent.allCases {
            #expect(event.sentence.count > 20 && !event.sentence.hasSuffix("."))
        }
        #expect(TelemetryEvent.allCases.count == 10)
    }

    @Test func `sums are what the samples come to, and unseen time is no idle time`() throws {
        var recorder = SampleRecorder(every: 60_000)
        var samples: [TelemetrySample] = []
        for minute in 0...60 {
            let joules = Int64(minute) * 6000
            var readings = [reading(joules, watts: 100)]
            if minute < 30 {
                readings.append(
                    reading(joules * 7, watts: 700, device: "GPU-2", work: "pre-training"))
            }
            samples += recorder.receive(readings, at: Int64(minute) * 60_000) { salt }
        }
        let summary = PeriodSummary.reconcile(samples, longestGap: recorder.longestGap)
        #expect(summary.samples == 122 && summary.devices == 2)
        // 60 min at 100 W; 29 min at 700 W.
        #expect(summary.energy == "1578000")
        #expect(summary.energyBySource == ["counter": "1578000"])
        #expect(summary.events == [.deviceVanished])
        // One hour of the first device; 29.5 min of the second: its last minute is half unseen.
        #expect(summary.deviceHours == "1.49167")
        #expect(
            summary.hoursByClass == [
                "idle": "1", "pre-training": "0.491667", "unseen": "0.508333",
            ])
    }
}
