// SPDX-License-Identifier: Apache-2.0
import TransparencyLog

/// The number that a score's value stands for.
///
/// Source: Inspect AI, `scorer/_metric.py` (`value_to_float`).
enum InspectScore: Equatable {
    case number(Double)
    /// A NaN: the scorer could not judge the sample.
    case unscored
    /// Something that Inspect counts as 0 with a warning, and this reader does not.
    case unreadable(String)

    /// - Parameter name: which member to take of a value that is an object.
    init(_ value: JSON, named name: String) {
        switch value {
        case .bool(let value): self = .number(value ? 1 : 0)
        case .integer(let value): self = .number(Double(value))
        case .decimal(let text):
            let number = Double(text) ?? .nan
            self = number.isFinite ? .number(number) : number.isNaN ? .unscored : .unreadable(text)
        case .string(let text): self = Self.reading(text)
        case .object(let members):
            guard let part = members[name], part.object == nil else {
                self = .unreadable("an object without \(name)")
                return
            }
            self = part == .null ? .unscored : InspectScore(part, named: name)
        case .array, .null: self = .unreadable("no number")
        }
    }

    private static func reading(_ text: String) -> InspectScore {
        switch text {
        case "C": return .number(1)
        case "P": return .number(0.5)
        case "I", "N": return .number(0)
        default: break
        }
        switch text.lowercased() {
        case "yes", "true": return .number(1)
        case "no", "false": return .number(0)
        default: break
        }
        // Swift reads hexadecimal numbers, too, which Python does not.
        guard text.utf8.allSatisfy({ "+-.0123456789eE".utf8.contains($0) }),
            let number = Double(text), number.isFinite
        else { return .unreadable(text) }
        return .number(number)
    }
}
