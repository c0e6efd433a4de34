// SPDX-License-Identifier: Apache-2.0

/// The unit of an indicator, a threshold or a measured value.
public enum QuantityUnit: String, Hashable, Sendable, CaseIterable {
    case milliseconds = "ms"
    case seconds = "s"
    case minutes = "min"
    case hours = "h"
    case days = "d"
    /// A part of one; written `80 %` or `0.8 share`.
    case share
    /// Floating-point operations, a total, never a rate.
    case flop = "FLOP"
    case chipHours = "chip-hours"
    /// A quotient of two like quantities.
    case ratio
    case count

    /// What one unit is in milliseconds, for the units of time.
    var inMilliseconds: Int128? {
        switch self {
        case .milliseconds: 1
        case .seconds: 1000
        case .minutes: 60_000
        case .hours: 3_600_000
        case .days: 86_400_000
        case .share, .flop, .chipHours, .ratio, .count: nil
        }
    }
}
