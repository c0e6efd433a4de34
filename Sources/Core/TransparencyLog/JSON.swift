// SPDX-License-Identifier: Apache-2.0

/// A JSON value that can be signed: no floating point, no duplicate keys, one order of members.
///
/// Two values are equal exactly when ``canonicalBytes`` are: strings are compared byte for byte,
/// not by Unicode equivalence.
public enum JSON: Hashable, Sendable {
    case null
    case bool(Bool)
    /// A whole number. Only values within ±(2^53 − 1) can be read back; write larger ones as
    /// strings.
    case integer(Int64)
    /// A number that is no integer within ±(2^53 − 1), as it was written. Never in signed text.
    case decimal(String)
    case string(String)
    case array([JSON])
    case object(JSONObject)

    /// The largest integer, up and down, that every JSON reader agrees on: 2^53 − 1.
    ///
    /// Source: RFC 7493 §2.2.
    public static let largestInteger: Int64 = 9_007_199_254_740_991

    public static func == (left: JSON, right: JSON) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.integer(let a), .integer(let b)): a == b
        case (.decimal(let a), .decimal(let b)): a.isExactly(b)
        case (.string(let a), .string(let b)): a.isExactly(b)
        case (.array(let a), .array(let b)): a == b
        case (.object(let a), .object(let b)): a == b
        default: false
        }
    }
}

extension JSON {
    /// The text, or nil where this is no string.
    public var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The whole number, or nil where this is no integer.
    public var integer: Int64? {
        if case .integer(let value) = self { value } else { nil }
    }

    /// The truth value, or nil where this is none.
    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The elements, or nil where this is no array.
    public var array: [JSON]? {
        if case .array(let value) = self { value } else { nil }
    }

    /// The members, or nil where this is no object.
    public var object: JSONObject? {
        if case .object(let value) = self { value } else { nil }
    }

    /// The member of that name, or nil where this is no object or has no such member.
    public subscript(key: String) -> JSON? { object?[key] }
}

extension JSON: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    // Not by nil: a test that asks whether `value["key"] != nil` could take it for `.null` and
    // always pass. Write `.null`.

    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(JSONObject(elements))
    }
}
