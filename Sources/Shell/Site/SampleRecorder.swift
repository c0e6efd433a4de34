// SPDX-License-Identifier: Apache-2.0

/// Turns the pages of an exporter, one after the other, into samples, and names what is wrong with
/// them in the light of what came before.
///
/// Nothing is left out: a reading that counts for nothing is a sample, too, with the event that
/// says so, and a known device that is missing is a sample without figures.
public struct SampleRecorder: Sendable {
    /// The time between two pages, in milliseconds.
    private let every: Int64
    private var lastPage: Int64?
    private var known: [String: TelemetrySample] = [:]

    /// More than any accelerator draws, in watts: a counter that grew faster is wrong.
    public static let mostWatts: Int64 = 5000
    /// How far ahead of the site's clock an exporter's may be, in milliseconds.
    public static let skew: Int64 = 5000

    /// - Parameters:
    ///   - every: the time between two pages, in milliseconds.
    ///   - earlier: the newest samples from before, so that a restart forgets no device.
    public init(every: Int64, earlier: [TelemetrySample] = []) {
        self.every = every
        for sample in earlier { remember(sample) }
        lastPage = earlier.map(\.milliseconds).max()
    }

    /// Readings further apart than this are a gap, in milliseconds.
    public var longestGap: Int64 { every * 5 / 2 }

    /// The samples of one page, sorted by device.
    ///
    /// - Parameters:
    ///   - now: the site's clock, in milliseconds since 1970.
    ///   - salt: 16 fresh random bytes for each sample.
    public mutating func receive(
        _ readings: [SampleReading], at now: Int64, salt: () -> [UInt8]
    ) -> [TelemetrySample] {
        var common: Set<TelemetryEvent> = []
        if let lastPage {
            if now < lastPage { common.insert(.clockBack) }
            if now - lastPage > longestGap { common.insert(.gap) }
        }
        lastPage = max(now, lastPage ?? now)
        var samples = readings.map { reading in
            sample(of: reading, at: now, common, salt())
        }
        let present = Set(readings.map(\.device))
        for device in known.keys where !present.contains(device) {
            samples.append(
                TelemetrySample(
                    device: device, milliseconds: now, host: known[device]?.host,
                    work: TelemetrySample.unseen, emulated: known[device]?.emulated ?? false,
                    events: common.union([.deviceVanished]), salt: salt()))
        }
        samples.sort { $0.device.utf8.lexicographicallyPrecedes($1.device.utf8) }
        samples.forEach { remember($0) }
        return samples
    }

    private func sample(
        of reading: SampleReading, at now: Int64, _ common: Set<TelemetryEvent>, _ salt: [UInt8]
    ) -> TelemetrySample {
        var events = common.union(reading.events)
        let time = reading.milliseconds ?? now
        if time > now + Self.skew { events.insert(.contradictory) }
        if now - time > 2 * every { events.insert(.late) }
        if let last = known[reading.device], last.work != TelemetrySample.unseen {
            events.formUnion(compare(reading, at: time, with: last))
        }
        // A figure that comes again or out of time must not enter the account a second time.
        let isWorthless = !events.isDisjoint(with: [.backDated, .replayed, .clockBack])
        return TelemetrySample(
            device: reading.device, milliseconds: time, host: reading.host,
            energy: isWorthless ? nil : reading.energy, power: isWorthless ? nil : reading.power,
            busy: reading.busy, tensor: reading.tensor,
            work: isWorthless ? TelemetrySample.unseen : reading.work, job: reading.job,
            emulated: reading.emulated, events: events, salt: salt)
    }

    private func compare(
        _ reading: SampleReading, at time: Int64, with last: TelemetrySample
    ) -> Set<TelemetryEvent> {
        if time < last.milliseconds {
            // Where the exporter gives no times it is our own clock that went back, as is said.
            return reading.milliseconds == nil ? [] : [.backDated]
        }
        if time == last.milliseconds {
            let isSame = reading.energy == last.energy && reading.power == last.power
            return isSame ? [.replayed] : [.contradictory]
        }
        guard let from = last.energy, let to = reading.energy else { return [] }
        if to < from { return [.counterReset] }
        let span = time - last.milliseconds
        let grown = to - from
        // Millijoules are milliwatts times seconds; both sides are taken times a thousand.
        let (most, overflow) = span.multipliedReportingOverflow(by: Self.mostWatts * 1000)
        if !overflow, grown.multipliedReportingOverflow(by: 1000).partialValue > most {
            return [.contradictory]
        }
        guard let before = last.power, let after = reading.power else { return [] }
        let least = min(before, after).multipliedReportingOverflow(by: span)
        // Ten joules are more than any meter rounds away.
        guard least.overflow || least.partialValue >= 10_000_000 else { return [] }
        if grown == 0 { return [.replayed] }
        let isSlow = span <= longestGap && grown < least.partialValue / 1000 / 8
        return isSlow ? [.contradictory] : []
    }

    private mutating func remember(_ sample: TelemetrySample) {
        // A reading that counts for nothing must not move the mark that others are compared with.
        if sample.work == TelemetrySample.unseen, known[sample.device] != nil { return }
        if let held = known[sample.device], held.milliseconds > sample.milliseconds { return }
        known[sample.device] = sample
    }
}
