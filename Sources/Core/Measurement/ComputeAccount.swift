// SPDX-License-Identifier: Apache-2.0

/// Device-hours and energy of a number of accelerators over a stretch of time, by class of work and
/// by where each figure comes from.
///
/// Time nobody watched is counted as unseen, never as idle.
public struct ComputeAccount: Hashable, Sendable {
    /// Where a figure of energy comes from.
    public enum Source: String, Hashable, Sendable, CaseIterable {
        /// The difference of the device's own energy counter.
        case counter
        /// The counter began again in between: what it has counted since, a lower bound.
        case counterAfterReset = "counter-after-reset"
        /// The mean of two readings of power, times the time between them.
        case power
    }

    /// Hours watched, by class of work.
    public private(set) var hoursByClass: [String: Double] = [:]
    /// Joules, by source.
    public private(set) var joulesBySource: [Source: Double] = [:]
    /// Device-hours between two readings that lie too far apart.
    public private(set) var unseenHours = 0.0
    /// Device-hours watched for which no source gave an energy.
    public private(set) var unmeteredHours = 0.0
    /// How often a counter began again.
    public private(set) var resets = 0
    /// How many devices were read at all.
    public private(set) var devices = 0

    /// Hours watched, of all classes together.
    public var deviceHours: Double {
        hoursByClass.keys.sorted().reduce(0) { $0 + hoursByClass[$1]! }
    }

    /// Joules, of all sources together.
    public var joules: Double { Source.allCases.reduce(0) { $0 + (joulesBySource[$1] ?? 0) } }

    /// The account of these readings, which may come in any order.
    ///
    /// Between two readings of a device its time belongs half to the class of each. A second
    /// reading of the same device and instant adds nothing.
    ///
    /// - Parameters:
    ///   - earlier: the last readings of the stretch before, so that nothing is lost between two.
    ///   - longestGap: in milliseconds; readings further apart leave the time between unseen,
    ///     though not the energy, which the counter goes on counting.
    ///
    /// Source: trapezoidal rule for power; the difference of a counter needs no rule.
    public static func reconcile(
        _ readings: [DeviceReading], earlier: [DeviceReading] = [], longestGap: Int64
    ) -> ComputeAccount {
        var account = ComputeAccount()
        var byDevice: [String: [DeviceReading]] = [:]
        for reading in earlier + readings { byDevice[reading.device, default: []].append(reading) }
        account.devices = Set(readings.map(\.device)).count
        for device in byDevice.keys.sorted() {
            let sorted = byDevice[device]!.enumerated().sorted {
                ($0.element.milliseconds, $0.offset) < ($1.element.milliseconds, $1.offset)
            }.map(\.element)
            account.addHours(sorted, longestGap: longestGap)
            account.addEnergy(sorted, longestGap: longestGap)
        }
        return account
    }

    private mutating func addHours(_ readings: [DeviceReading], longestGap: Int64) {
        for (before, after) in zip(readings, readings.dropFirst()) {
            let span = Self.span(before, after)
            let hours = Double(span) / 3_600_000
            if span <= longestGap {
                hoursByClass[before.work, default: 0] += hours / 2
                hoursByClass[after.work, default: 0] += hours / 2
            } else {
                unseenHours += hours
            }
        }
    }

    /// Between two readings of the counter its difference holds, whatever was blank or unseen in
    /// between; where it has none, or began again, power does.
    private mutating func addEnergy(_ readings: [DeviceReading], longestGap: Int64) {
        var start = 0
        var counter: Int64?
        for (place, reading) in readings.enumerated() {
            guard let now = reading.energyCounter else { continue }
            if let before = counter, now >= before {
                joulesBySource[.counter, default: 0] += Double(now - before) / 1000
            } else {
                let hasPower = addPower(readings[start...place], longestGap: longestGap)
                if counter != nil {
                    resets += 1
                    if !hasPower {
                        joulesBySource[.counterAfterReset, default: 0] += Double(now) / 1000
                    }
                }
            }
            counter = now
            start = place
        }
        _ = addPower(readings[start...], longestGap: longestGap)
    }

    /// Adds the power between neighbours; false where no two of them had any.
    private mutating func addPower(
        _ readings: ArraySlice<DeviceReading>, longestGap: Int64
    ) -> Bool {
        var hasPower = false
        for (before, after) in zip(readings, readings.dropFirst()) {
            let span = Self.span(before, after)
            guard span <= longestGap else { continue }
            if let from = before.power, let to = after.power {
                joulesBySource[.power, default: 0] +=
                    (Double(from) + Double(to)) / 2 * Double(span) / 1e6
                hasPower = true
            } else {
                unmeteredHours += Double(span) / 3_600_000
            }
        }
        return hasPower
    }

    /// Milliseconds between two readings in their order.
    private static func span(_ before: DeviceReading, _ after: DeviceReading) -> Int64 {
        let (span, overflow) = after.milliseconds.subtractingReportingOverflow(before.milliseconds)
        return overflow ? .max : span
    }
}
