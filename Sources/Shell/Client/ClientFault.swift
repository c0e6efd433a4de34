// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// Why a call brought no answer that can be used.
public enum ClientFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// Nobody answered in time, or the connection broke.
    case unreachable(url: String, cause: String)
    /// The other side answered with a refusal or a fault of its own.
    case problem(Problem)
    /// An answer came that is not what was asked for.
    case malformed(url: String, cause: String)

    public var description: String {
        switch self {
        case .unreachable(let url, let cause): "\(url) cannot be reached: \(cause)"
        case .problem(let problem): problem.description
        case .malformed(let url, let cause): "\(url) answered something else: \(cause)"
        }
    }

    /// The problem's last path component, such as `unknown-key`, where this is a problem.
    public var slug: String? {
        if case .problem(let problem) = self { problem.slug } else { nil }
    }
}

/// A problem document, as a node or monitor answers one.
///
/// Source: RFC 9457.
public struct Problem: Hashable, Sendable, CustomStringConvertible {
    /// A stable URI; ``slug`` is its last component.
    public let type: String
    public let title: String
    /// The HTTP status.
    public let status: Int
    public let detail: String
    /// RFC 6901 pointer to the offending value.
    public let pointer: String?
    /// The clause of the agreement that decides.
    public let clause: String?
    /// The way out.
    public let hint: String?

    public init(
        type: String, title: String, status: Int, detail: String, pointer: String? = nil,
        clause: String? = nil, hint: String? = nil
    ) {
        self.type = type
        self.title = title
        self.status = status
        self.detail = detail
        self.pointer = pointer
        self.clause = clause
        self.hint = hint
    }

    /// The document, or nil where the JSON is none.
    public init?(json: JSON, status: Int) {
        guard let type = json["type"]?.string, let title = json["title"]?.string else { return nil }
        self.init(
            type: type, title: title, status: status, detail: json["detail"]?.string ?? title,
            pointer: json["pointer"]?.string, clause: json["clause"]?.string,
            hint: json["hint"]?.string)
    }

    public var slug: String { type.split(separator: "/").last.map(String.init) ?? type }
    public var description: String { clause.map { "\(detail) (article \($0))" } ?? detail }
}
