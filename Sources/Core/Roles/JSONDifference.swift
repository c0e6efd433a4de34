// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// The first place where two JSON values differ.
public struct JSONDifference: Hashable, Sendable, CustomStringConvertible {
    /// RFC 6901 pointer.
    public let pointer: String
    /// What the first value has there; nil where it has nothing.
    public let one: JSON?
    public let other: JSON?

    public var description: String {
        "at \(pointer.isEmpty ? "the top" : pointer): \(Self.short(one)) against \(Self.short(other))"
    }

    /// The difference that comes first in the order of `one`, or nil where there is none.
    public static func first(_ one: JSON, _ other: JSON) -> JSONDifference? {
        first(one, other, at: "")
    }

    private static func first(_ one: JSON?, _ other: JSON?, at pointer: String) -> JSONDifference? {
        switch (one, other) {
        case (.object(let left)?, .object(let right)?):
            for key in left.keys + right.keys.filter({ left[$0] == nil }) {
                let place = "\(pointer)/\(escaped(key))"
                if let found = first(left[key], right[key], at: place) { return found }
            }
            return nil
        case (.array(let left)?, .array(let right)?):
            for index in 0..<max(left.count, right.count) {
                let pair = (left.element(index), right.element(index))
                if let found = first(pair.0, pair.1, at: "\(pointer)/\(index)") { return found }
            }
            return nil
        default:
            return one == other ? nil : JSONDifference(pointer: pointer, one: one, other: other)
        }
    }

    private static func escaped(_ key: String) -> String {
        key.split(separator: "~", omittingEmptySubsequences: false).joined(separator: "~0")
            .split(separator: "/", omittingEmptySubsequences: false).joined(separator: "~1")
    }

    private static func short(_ value: JSON?) -> String {
        guard let value else { return "nothing" }
        let text = String(decoding: value.canonicalBytes, as: UTF8.self)
        return text.count <= 80 ? text : text.prefix(77) + "…"
    }
}

extension [JSON] {
    fileprivate func element(_ index: Int) -> JSON? { index < count ? self[index] : nil }
}
