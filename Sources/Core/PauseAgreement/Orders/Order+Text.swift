// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

extension Order {
    /// The first line of the signed note; no checkpoint or cosignature can begin like this.
    public static let header = "standstill.example/order/v1"

    /// The text of the signed note: the header and one line of canonical JSON.
    public var text: String {
        "\(Order.header)\n\(String(decoding: json.canonicalBytes, as: UTF8.self))\n"
    }

    public var json: JSON {
        var object: JSONObject = [
            "agreement": .string(agreement.hex), "terms": .string(terms.hex),
            "rules": .integer(rules),
            "epoch": .integer(epoch), "state": .string(state.rawValue),
            "measures": .array(measures.map(\.json)), "causes": .array(causes.map(\.json)),
            "models": .array(models.map(\.json)), "size": .integer(Int64(size.value)),
            "root": .string(root.base64), "tick": .integer(tick.milliseconds),
        ]
        object["expiry"] = expiry.map { .integer($0.milliseconds) }
        object["node-silent-since"] = silentSince.map { .integer($0.milliseconds) }
        object["monitors"] = monitors.map(\.json)
        return .object(object)
    }

    /// Reads a note's text; anything but the one canonical spelling is refused.
    public init(parsing text: String) throws(MalformedStatement) {
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.count == 3, lines[2].isEmpty, lines[0].elementsEqual(Order.header.utf8) else {
            throw MalformedStatement(pointer: "", expected: "\(Order.header) and one line of JSON")
        }
        let json: JSON
        do throws(MalformedJSON) {
            json = try JSON.parse(Array(lines[1]))
        } catch {
            throw MalformedStatement(pointer: "", expected: "strict JSON (\(error))")
        }
        try self.init(json: json)
        guard self.text == text else {
            throw MalformedStatement(pointer: "", expected: "canonical JSON")
        }
    }

    public init(json: JSON) throws(MalformedStatement) {
        var fields = try Fields(json)
        let most = Statement.largestSequence
        agreement = try fields.digest("agreement")
        terms = try fields.digest("terms")
        rules = try fields.integer("rules", in: 1...1_000_000)
        epoch = try fields.integer("epoch", in: 0...most)
        state = try fields.word("state", as: BrakeState.self)
        measures = try fields.list("measures") { (inner) throws(MalformedStatement) in
            try MeasureInForce(&inner)
        }
        causes = try fields.list("causes") { (inner) throws(MalformedStatement) in
            try CauseInForce(&inner)
        }
        models = try fields.list("models") { (inner) throws(MalformedStatement) in
            try ModelStanding(&inner)
        }
        expiry = try fields.optionalMilliseconds("expiry")
        silentSince = try fields.optionalMilliseconds("node-silent-since")
        size = TreeSize(UInt64(try fields.integer("size", in: 0...most)))
        guard let root = Digest(base64: try fields.string("root")) else {
            throw fields.missing("root", "32 bytes in base64")
        }
        self.root = root
        tick = Time(milliseconds: try fields.integer("tick", in: 0...most))
        if var inner = try fields.optionalObject("monitors") {
            monitors = try MonitorSetName(&inner)
            try inner.end()
        } else {
            monitors = nil
        }
        try fields.end()
    }
}

extension MonitorSetName {
    public var json: JSON {
        .object(["version": .integer(version), "sha256": .string(text.hex)])
    }

    init(_ fields: inout Fields) throws(MalformedStatement) {
        version = try fields.integer("version", in: 2...1_000_000)
        text = try fields.digest("sha256")
    }
}

extension MeasureInForce {
    public var json: JSON {
        var object: JSONObject = [
            "measure": .string(measure.rawValue), "parties": .array(parties.map { .string($0) }),
            "activities": .array(activities.map { .string($0.rawValue) }),
            "threshold": .string("\(threshold) FLOP"), "from": .integer(from.milliseconds),
            "causes": .array(causes.map { .string($0) }), "clause": .string(clause),
        ]
        object["models"] = models.map { .array($0.map { .string($0.hex) }) }
        return .object(object)
    }

    init(_ fields: inout Fields) throws(MalformedStatement) {
        measure = try fields.word("measure", as: Measure.self)
        parties = try fields.strings("parties")
        if fields.optional("models") == nil {
            models = nil
        } else {
            var digests: [Digest] = []
            for text in try fields.strings("models") {
                guard let digest = Digest(hex: text) else {
                    throw fields.missing("models", "digests in hex")
                }
                digests.append(digest)
            }
            models = digests
        }
        var activities: [Activity] = []
        for text in try fields.strings("activities") {
            guard let activity = Activity(rawValue: text) else {
                throw fields.missing("activities", "known activities")
            }
            activities.append(activity)
        }
        self.activities = activities
        guard let threshold = Quantity(try fields.string("threshold")), threshold.unit == .flop
        else {
            throw fields.missing("threshold", "a quantity in FLOP")
        }
        self.threshold = threshold.value
        from = Time(milliseconds: try fields.integer("from", in: 0...Statement.largestSequence))
        causes = try fields.strings("causes")
        clause = try fields.string("clause")
    }
}

extension CauseInForce {
    public var json: JSON {
        var object: JSONObject = [
            "id": .string(id), "kind": .string(kind.rawValue),
            "standing": .string(standing.rawValue),
            "since": .integer(since.milliseconds), "clause": .string(clause),
        ]
        object["trigger"] = trigger.map { .string($0) }
        object["subject"] = subject.map { .string($0.description) }
        object["entry"] = entry.map { .integer(Int64($0.value)) }
        object["expiry"] = expiry.map { .integer($0.milliseconds) }
        object["stage"] = stage.map { .integer(Int64($0)) }
        object["next"] = next.map { .integer($0.milliseconds) }
        return .object(object)
    }

    init(_ fields: inout Fields) throws(MalformedStatement) {
        id = try fields.string("id")
        kind = try fields.word("kind", as: Kind.self)
        trigger = try fields.optionalString("trigger")
        if let text = try fields.optionalString("subject") {
            guard let subject = Subject(text) else { throw fields.missing("subject", "a subject") }
            self.subject = subject
        } else {
            subject = nil
        }
        standing = try fields.word("standing", as: Standing.self)
        entry =
            fields.optional("entry") == nil
            ? nil : LogIndex(UInt64(try fields.integer("entry", in: 0...Statement.largestSequence)))
        since = Time(milliseconds: try fields.integer("since", in: 0...Statement.largestSequence))
        expiry = try fields.optionalMilliseconds("expiry")
        stage =
            fields.optional("stage") == nil ? nil : Int(try fields.integer("stage", in: 0...1000))
        next = try fields.optionalMilliseconds("next")
        clause = try fields.string("clause")
    }
}

extension ModelStanding {
    public var json: JSON {
        var object: JSONObject = [
            "name": .string(name), "sha256": .string(digest.hex), "developer": .string(developer),
            "parents": .array(parents.map { .string($0.hex) }),
            "entry": .integer(Int64(entry.value)),
        ]
        object["released"] = released.map { .integer($0.milliseconds) }
        return .object(object)
    }

    init(_ fields: inout Fields) throws(MalformedStatement) {
        name = try fields.string("name")
        digest = try fields.digest("sha256")
        developer = try fields.string("developer")
        var parents: [Digest] = []
        for text in try fields.strings("parents") {
            guard let digest = Digest(hex: text) else {
                throw fields.missing("parents", "digests in hex")
            }
            parents.append(digest)
        }
        self.parents = parents
        released = try fields.optionalMilliseconds("released")
        entry = LogIndex(UInt64(try fields.integer("entry", in: 0...Statement.largestSequence)))
    }
}

extension Fields {
    fileprivate mutating func strings(_ name: String) throws(MalformedStatement) -> [String] {
        var texts: [String] = []
        for (position, element) in try array(name, most: 100_000).enumerated() {
            guard let text = element.string else {
                throw missing("\(name)/\(position)", "a string")
            }
            texts.append(text)
        }
        return texts
    }

    fileprivate mutating func optionalMilliseconds(_ name: String) throws(MalformedStatement)
        -> Time?
    {
        guard optional(name) != nil else { return nil }
        return Time(milliseconds: try integer(name, in: 0...Statement.largestSequence))
    }

    fileprivate mutating func list<T>(
        _ name: String, _ read: (inout Fields) throws(MalformedStatement) -> T
    ) throws(MalformedStatement) -> [T] {
        var values: [T] = []
        for (position, element) in try array(name, most: 100_000).enumerated() {
            var inner = try Fields(element, at: "\(pointer)/\(name)/\(position)")
            values.append(try read(&inner))
            try inner.end()
        }
        return values
    }
}
