// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// A developer names a model of its own, or says that it has been released.
public struct ModelRegistration: Hashable, Sendable {
    public let model: String
    /// Digest of the checkpoint; what a gate compares, whatever a job calls itself.
    public let digest: Digest
    /// Digests of the models that it descends from, sorted.
    public let parents: [Digest]
    /// Whether outside users are served with it. Only a release logged before an order counts.
    public let released: Bool

    public init(model: String, digest: Digest, parents: [Digest], released: Bool) {
        self.model = model
        self.digest = digest
        self.parents = parents
        self.released = released
    }

    init(_ fields: inout Fields) throws(MalformedStatement) {
        model = try fields.name("model")
        digest = try fields.digest("sha256")
        var parents: [Digest] = []
        if fields.optional("parents") != nil {
            for (position, element) in try fields.array("parents", most: 16).enumerated() {
                guard let parent = element.string.flatMap({ Digest(hex: $0) }) else {
                    throw fields.missing("parents/\(position)", "64 lower-case hex digits")
                }
                parents.append(parent)
            }
        }
        self.parents = parents.sorted()
        released = try fields.bool("released")
    }

    var json: JSONObject {
        [
            "model": .string(model), "sha256": .string(digest.hex), "released": .bool(released),
            "parents": .array(parents.map { .string($0.hex) }),
        ]
    }
}
