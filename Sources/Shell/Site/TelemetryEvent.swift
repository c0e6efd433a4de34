// SPDX-License-Identifier: Apache-2.0

/// What can go wrong while a device is watched, by the name that a telemetry statement gives it.
///
/// An event is no accusation: it says what a figure is worth.
public enum TelemetryEvent: String, Hashable, Sendable, CaseIterable, Comparable {
    /// The device's energy counter began again, as it does when the machine restarts.
    case counterReset = "counter-reset"
    /// The exporter wrote that it has no value for something that is accounted for.
    case blank
    /// Parts of a device (MIG instances) were reported beside the device, or instead of it.
    case migTwin = "mig-twin"
    /// The exporter's reading was old when it was fetched.
    case late
    /// The same reading came again, or a counter stood still while power was drawn.
    case replayed
    /// A reading bears a time before that of an earlier one.
    case backDated = "back-dated"
    /// Two figures of one device cannot both be true.
    case contradictory
    /// The site's own clock went back.
    case clockBack = "clock-back"
    /// Nothing was read for longer than twice the time between two readings.
    case gap
    /// A device that was known before was not reported.
    case deviceVanished = "device-vanished"

    public static func < (left: TelemetryEvent, right: TelemetryEvent) -> Bool {
        left.rawValue < right.rawValue
    }

    /// What the event does to an auditor's verdict.
    public enum Effect: String, Hashable, Sendable {
        /// Nothing: another source fills in.
        case none
        /// Completeness is unknown at best: something may have gone unseen.
        case completenessUnknown = "completeness-unknown"
        /// Correctness is unknown at best: something that was said may be false.
        case correctnessUnknown = "correctness-unknown"
    }

    public var effect: Effect {
        switch self {
        case .counterReset, .blank, .migTwin, .late: .none
        case .replayed, .clockBack, .gap, .deviceVanished: .completenessUnknown
        case .backDated, .contradictory: .correctnessUnknown
        }
    }

    /// One sentence for people, without a full stop.
    public var sentence: String {
        switch self {
        case .counterReset:
            "an energy counter began again; the energy around it is taken from power"
        case .blank: "the exporter had no value for a figure; it counts as unknown, not as zero"
        case .migTwin: "parts of a device were reported beside it; the device is counted once"
        case .late: "a reading was old when it was fetched; it counts at its own time"
        case .replayed: "a reading came again, or a counter stood still; that time is not shown"
        case .backDated: "a reading bears a time before an earlier one; it counts for nothing"
        case .contradictory: "two figures of one device cannot both be true"
        case .clockBack: "the site's clock went back; time around it is not shown"
        case .gap: "nothing was read for a while; that time is not shown"
        case .deviceVanished: "a device that was known was not reported; its time is not shown"
        }
    }
}
