// SPDX-License-Identifier: Apache-2.0

/// A value with the day from which it held, such as a model's horizon and its release.
public struct DatedValue: Hashable, Sendable {
    public let name: String
    public let day: CalendarDay
    public let value: Double

    /// Source: a row of METR's table of horizons and release dates.
    public init(name: String, day: CalendarDay, value: Double) {
        self.name = name
        self.day = day
        self.value = value
    }
}
