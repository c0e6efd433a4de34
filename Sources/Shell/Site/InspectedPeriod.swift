// SPDX-License-Identifier: Apache-2.0
public import TransparencyLog

/// A period of telemetry as an auditor has it before them: what was logged, what was opened.
public struct InspectedPeriod: Sendable {
    /// The log entry of the telemetry statement.
    public let entry: UInt64
    /// Milliseconds since 1970.
    public let from: Int64
    public let to: Int64
    public let root: Digest
    /// Names of events as the statement gives them.
    public let events: [String]
    public let emulated: Bool
    /// The sums that were committed to; nil where they were not opened.
    public let sums: Sums?
    /// The samples that were opened, by index.
    public let opened: [Int: OpenedLeaf]

    /// What a telemetry statement commits to.
    public struct Sums: Hashable, Sendable {
        public let samples: Int
        public let joules: Double
        public let deviceHours: Double
        public let hoursByClass: [String: Double]

        public init(
            samples: Int, joules: Double, deviceHours: Double, hoursByClass: [String: Double]
        ) {
            self.samples = samples
            self.joules = joules
            self.deviceHours = deviceHours
            self.hoursByClass = hoursByClass
        }
    }

    /// A sample with the hashes that are to join it to the root.
    public struct OpenedLeaf: Sendable {
        public let sample: JSON
        public let path: [Digest]

        public init(sample: JSON, path: [Digest]) {
            self.sample = sample
            self.path = path
        }
    }

    public init(
        entry: UInt64, from: Int64, to: Int64, root: Digest, events: [String], emulated: Bool,
        sums: Sums?, opened: [Int: OpenedLeaf]
    ) {
        self.entry = entry
        self.from = from
        self.to = to
        self.root = root
        self.events = events
        self.emulated = emulated
        self.sums = sums
        self.opened = opened
    }

    var hours: Double { Double(to - from) / 3_600_000 }
}
