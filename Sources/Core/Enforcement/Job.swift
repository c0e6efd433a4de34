// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
public import TransparencyLog

/// What somebody asks a gate to let run. All of it is a claim; the gate decides what follows from
/// it.
public struct Job: Hashable, Sendable {
    public let id: String
    /// The label. It can make a job covered, but never by itself leave it free.
    public let activity: Activity
    /// Training compute in FLOP, a total; nil where nobody said, which counts as more than any
    /// threshold.
    public let compute: ExactDecimal?
    /// Digest of the checkpoint that it loads; nil where it starts from none.
    public let model: Digest?
    /// Digests of the models that it builds on.
    public let parents: [Digest]
    public let tenant: Tenant
    /// Whether it is running already: what runs is saved and held, what is new is refused.
    public let running: Bool

    public init(
        id: String, activity: Activity, compute: ExactDecimal?, model: Digest?, parents: [Digest],
        tenant: Tenant, running: Bool
    ) {
        self.id = id
        self.activity = activity
        self.compute = compute
        self.model = model
        self.parents = parents
        self.tenant = tenant
        self.running = running
    }
}

/// For whom a job runs.
public enum Tenant: Hashable, Sendable, CustomStringConvertible {
    /// The gate's own party.
    case `internal`
    /// Outside users.
    case external
    case party(String)

    public var description: String {
        switch self {
        case .internal: "internal"
        case .external: "external"
        case .party(let name): name
        }
    }
}
