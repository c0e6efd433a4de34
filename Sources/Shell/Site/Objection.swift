// SPDX-License-Identifier: Apache-2.0

/// Something that an inspection holds against what a site said, with its place.
public struct Objection: Hashable, Sendable, CustomStringConvertible {
    /// What it does to the two verdicts.
    public enum Weight: Int, Hashable, Sendable {
        case correctnessFails
        case correctnessUnknown
        case completenessFails
        case completenessUnknown
        /// Worth saying, and nothing more.
        case note
    }

    public let weight: Weight
    /// The log entry of the telemetry that it is about; nil where it is about the whole.
    public let entry: UInt64?
    /// The leaf's index.
    public let leaf: Int?
    /// Without a full stop.
    public let sentence: String

    public init(_ weight: Weight, entry: UInt64? = nil, leaf: Int? = nil, _ sentence: String) {
        self.weight = weight
        self.entry = entry
        self.leaf = leaf
        self.sentence = sentence
    }

    public var description: String {
        let place = [entry.map { "telemetry \($0)" }, leaf.map { "leaf \($0)" }]
            .compactMap { $0 }.joined(separator: ", ")
        return place.isEmpty ? sentence : "\(place): \(sentence)"
    }
}
