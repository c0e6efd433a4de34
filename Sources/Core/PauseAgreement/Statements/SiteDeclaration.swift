// SPDX-License-Identifier: Apache-2.0

import TransparencyLog

/// A party names a place where it does covered work, before it is asked to show that it stopped.
///
/// How many devices stand there is committed to and opened to auditors alone.
public struct SiteDeclaration: Hashable, Sendable {
    /// Unique among the party's own sites.
    public let site: String
    /// Whether the cluster is made up, so that nobody reads it as a claim about a real one.
    public let emulated: Bool

    public init(site: String, emulated: Bool) {
        self.site = site
        self.emulated = emulated
    }

    init(_ fields: inout Fields) throws(MalformedStatement) {
        site = try fields.name("site")
        emulated = try fields.optionalBool("emulated") ?? false
    }

    var json: JSONObject { ["site": .string(site), "emulated": .bool(emulated)] }
}

/// A party says that its covered work at one site has stopped.
public struct StopDeclaration: Hashable, Sendable {
    public let site: String
    /// Since when nothing covered runs there.
    public let since: Time

    public init(site: String, since: Time) {
        self.site = site
        self.since = since
    }

    init(_ fields: inout Fields) throws(MalformedStatement) {
        site = try fields.name("site")
        since = try fields.time("since")
    }

    var json: JSONObject { ["site": .string(site), "since": .string(since.description)] }
}
