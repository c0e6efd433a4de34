// SPDX-License-Identifier: Apache-2.0

/// A file of evidence that is not what it should be, and where.
public struct MalformedEvidence: Error, Hashable, Sendable, CustomStringConvertible {
    public let file: String
    /// A member of an archive, or a line and column; nil where the file as a whole is meant.
    public let place: String?
    /// What was found or expected there, without a full stop.
    public let reason: String

    public init(file: String, place: String? = nil, reason: String) {
        self.file = file
        self.place = place
        self.reason = reason
    }

    public var description: String { "\(file)\(place.map { ", " + $0 } ?? ""): \(reason)" }
}
