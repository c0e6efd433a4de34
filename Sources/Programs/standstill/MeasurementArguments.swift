// SPDX-License-Identifier: Apache-2.0

public import ArgumentParser
public import Measurement
public import PauseAgreement

// How the values that measurements are made of stand on a command line.

extension Probability: ExpressibleByArgument {
    public init?(argument: String) {
        guard let share = Double(argument) else { return nil }
        self.init(share)
    }

    public var defaultValueDescription: String { share.description }
}

extension CalendarDay: ExpressibleByArgument {
    public init?(argument: String) {
        self.init(argument)
    }
}

extension Proportion.Method: ExpressibleByArgument {}

extension Assurance: ExpressibleByArgument {}

extension AccessTier: ExpressibleByArgument {}

extension MeasuredValue.Safeguards: ExpressibleByArgument {}

extension MeasuredValue.Relationship: ExpressibleByArgument {}
