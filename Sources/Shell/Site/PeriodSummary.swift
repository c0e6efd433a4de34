// SPDX-License-Identifier: Apache-2.0
import Measurement

/// What a telemetry statement commits to besides the root: sums over a period's samples.
///
/// Figures are rounded to six significant digits before they are signed.
public struct PeriodSummary: Hashable, Sendable {
    /// How many leaves the period has.
    public let samples: Int
    /// How many devices were reported or known.
    public let devices: Int
    /// Joules, as a decimal.
    public let energy: String
    /// Hours in which a device was watched, as a decimal; unseen time is left out.
    public let deviceHours: String
    /// Hours by class of work, as decimals; what was not watched stands under `unseen`.
    public let hoursByClass: [String: String]
    /// Where the energy comes from: joules by name of the source, as decimals.
    public let energyBySource: [String: String]
    /// What went wrong, sorted, each once.
    public let events: [TelemetryEvent]
    /// Whether any sample is of an emulated device.
    public let emulated: Bool

    /// - Parameters:
    ///   - samples: the period's leaves.
    ///   - earlier: the leaves of the period before, for the time between the two.
    ///   - longestGap: in milliseconds; what lies further apart leaves the time between unseen.
    public static func reconcile(
        _ samples: [TelemetrySample], earlier: [TelemetrySample] = [], longestGap: Int64
    ) -> PeriodSummary {
        // The newest of each device; a figure that counted for nothing is no place to go on from.
        var last: [String: TelemetrySample] = [:]
        for sample in earlier where sample.work != TelemetrySample.unseen {
            if let held = last[sample.device], held.milliseconds > sample.milliseconds { continue }
            last[sample.device] = sample
        }
        let account = ComputeAccount.reconcile(
            samples.map(\.reading), earlier: last.keys.sorted().map { last[$0]!.reading },
            longestGap: longestGap)
        var hours = account.hoursByClass
        if account.unseenHours > 0 {
            hours[TelemetrySample.unseen, default: 0] += account.unseenHours
        }
        let watched = hours.keys.sorted().filter { $0 != TelemetrySample.unseen }
            .reduce(0) { $0 + hours[$1]! }
        return PeriodSummary(
            samples: samples.count, devices: account.devices, energy: text(account.joules),
            deviceHours: text(watched), hoursByClass: hours.mapValues(text),
            energyBySource: Dictionary(
                uniqueKeysWithValues: account.joulesBySource.map { ($0.rawValue, text($1)) }),
            events: Set(samples.flatMap(\.events)).sorted(),
            emulated: samples.contains(where: \.emulated))
    }

    private static func text(_ value: Double) -> String { SignificantDigits.text(of: value)! }
}
