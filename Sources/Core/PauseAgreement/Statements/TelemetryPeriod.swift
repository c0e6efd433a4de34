// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// One period of a site's telemetry: the root over its raw samples, committed before anybody knows
/// which of them will be asked for.
///
/// The sums (energy, device-hours, work by class) and the number of samples are committed to and
/// opened to auditors alone, since a rival's capacity is nobody else's business.
public struct TelemetryPeriod: Hashable, Sendable {
    public let site: String
    public let from: Time
    public let to: Time
    /// RFC 9162 tree head over the samples in the order in which they were taken.
    public let root: Digest
    /// Names of what went wrong while measuring, such as `counter-reset`; sorted.
    public let events: [String]
    public let emulated: Bool

    public init(
        site: String, from: Time, to: Time, root: Digest, events: [String], emulated: Bool
    ) {
        self.site = site
        self.from = from
        self.to = to
        self.root = root
        self.events = events
        self.emulated = emulated
    }

    init(_ fields: inout Fields) throws(MalformedStatement) {
        site = try fields.name("site")
        from = try fields.time("from")
        to = try fields.time("to")
        root = try fields.digest("root")
        events = try fields.optionalNames("events", most: 32)
        emulated = try fields.optionalBool("emulated") ?? false
        guard from < to else { throw fields.missing("to", "a time after \"from\"") }
    }

    var json: JSONObject {
        [
            "site": .string(site), "from": .string(from.description),
            "to": .string(to.description), "root": .string(root.hex),
            "events": .texts(events), "emulated": .bool(emulated),
        ]
    }
}
