// SPDX-License-Identifier: Apache-2.0

public import ArgumentParser
public import PauseAgreement

extension StatementKind: ExpressibleByArgument {
    /// The kinds that parties sign; the opening is the node's.
    public static var allValueStrings: [String] {
        allCases.filter { $0 != .opening }.map(\.rawValue)
    }

    public init?(argument: String) {
        guard StatementKind.allValueStrings.contains(argument) else { return nil }
        self.init(rawValue: argument)
    }
}

extension Vote.Choice: ExpressibleByArgument {}
