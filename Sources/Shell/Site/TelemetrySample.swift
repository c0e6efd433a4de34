// SPDX-License-Identifier: Apache-2.0
public import EvaluationLogs
public import Measurement
public import TransparencyLog

/// One device at one instant: a leaf of a period's tree.
///
/// Figures are whole numbers with fixed units, so that each sample has one spelling. Its salt keeps
/// whoever knows the root and the neighbours from guessing it.
public struct TelemetrySample: Hashable, Sendable {
    public let device: String
    /// Milliseconds since 1970.
    public let milliseconds: Int64
    public let host: String?
    /// Millijoules since the device was started.
    public let energy: Int64?
    /// Milliwatts.
    public let power: Int64?
    /// How much of the time the device did anything, per mille.
    public let busy: Int64?
    /// How much of the time its matrix units did anything, per mille.
    public let tensor: Int64?
    /// The class of work: an activity of the agreement, or ``idle``, ``unlabelled``, ``unseen``.
    public let work: String
    public let job: String?
    public let emulated: Bool
    /// Sorted, each once.
    public let events: [TelemetryEvent]
    /// 16 random bytes.
    public let salt: [UInt8]

    /// Nothing runs on the device.
    public static let idle = "idle"
    /// Something runs, and nobody said what.
    public static let unlabelled = "unlabelled"
    /// The device was not reported.
    public static let unseen = "unseen"

    public init(
        device: String, milliseconds: Int64, host: String? = nil, energy: Int64? = nil,
        power: Int64? = nil, busy: Int64? = nil, tensor: Int64? = nil, work: String,
        job: String? = nil, emulated: Bool = false, events: some Sequence<TelemetryEvent> = [],
        salt: [UInt8]
    ) {
        precondition(salt.count == 16, "a salt has 16 bytes")
        self.device = device
        self.milliseconds = milliseconds
        self.host = host
        self.energy = energy
        self.power = power
        self.busy = busy
        self.tensor = tensor
        self.work = work
        self.job = job
        self.emulated = emulated
        self.events = Set(events).sorted()
        self.salt = salt
    }

    /// What of it enters the account of compute.
    public var reading: DeviceReading {
        DeviceReading(
            device: device, milliseconds: milliseconds, energyCounter: energy, power: power,
            work: work)
    }

    /// The leaf: canonical JSON.
    public var leaf: [UInt8] { json.canonicalBytes }

    public var json: JSON {
        var object: JSONObject = [
            "device": .string(device), "time": .integer(milliseconds), "class": .string(work),
            "salt": .string(Hex.encode(salt)),
        ]
        object["host"] = host.map { .string($0) }
        object["energy"] = energy.map { .integer($0) }
        object["power"] = power.map { .integer($0) }
        object["busy"] = busy.map { .integer($0) }
        object["tensor"] = tensor.map { .integer($0) }
        object["job"] = job.map { .string($0) }
        if emulated { object["emulated"] = true }
        if !events.isEmpty { object["events"] = .array(events.map { .string($0.rawValue) }) }
        return .object(object)
    }

    /// Reads a leaf.
    ///
    /// - Parameters:
    ///   - file: what messages call the place that it came from.
    ///   - place: which leaf it is.
    /// - Throws: ``MalformedEvidence`` where a member is missing, unknown or of another form.
    public init(leaf: [UInt8], file: String, place: String) throws(MalformedEvidence) {
        let json: JSON
        do throws(MalformedJSON) {
            json = try JSON.parse(leaf)
        } catch {
            throw MalformedEvidence(file: file, place: place, reason: "\(error)")
        }
        try self.init(json: json, file: file, place: place)
    }

    /// Reads a leaf that is JSON already.
    ///
    /// - Throws: ``MalformedEvidence`` as ``init(leaf:file:place:)``.
    public init(json: JSON, file: String, place: String) throws(MalformedEvidence) {
        var members = SampleMembers(json, file: file, place: place)
        device = try members.required("device") { $0.string.flatMap(Self.label) }
        milliseconds = try members.required("time") { $0.integer }
        work = try members.required("class") { $0.string.flatMap(Self.className) }
        salt = try members.required("salt") {
            $0.string.flatMap { Hex.decode($0) }.flatMap { $0.count == 16 ? $0 : nil }
        }
        host = try members.optional("host") { $0.string.flatMap(Self.label) }
        job = try members.optional("job") { $0.string.flatMap(Self.label) }
        energy = try members.optional("energy") { $0.integer.flatMap { $0 >= 0 ? $0 : nil } }
        power = try members.optional("power") { $0.integer.flatMap { $0 >= 0 ? $0 : nil } }
        busy = try members.optional("busy") { $0.integer.flatMap(Self.perMille) }
        tensor = try members.optional("tensor") { $0.integer.flatMap(Self.perMille) }
        emulated = try members.optional("emulated") { $0.bool } ?? false
        events =
            try members.optional("events") { json in
                let found = (json.array ?? []).compactMap { element in
                    element.string.flatMap { TelemetryEvent(rawValue: $0) }
                }
                return found.count == json.array?.count && Set(found).sorted() == found
                    ? found : nil
            } ?? []
        try members.end()
    }

    /// Text of 1 to 128 printable ASCII characters, as labels of devices, hosts and jobs are kept.
    static func label(_ text: String) -> String? {
        let isPlain =
            (1...128).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
        return isPlain ? text : nil
    }

    /// A name as the agreement writes names: lower-case letters, digits, `-` and `.`, 64 at most.
    static func className(_ text: String) -> String? {
        let letters = Set("abcdefghijklmnopqrstuvwxyz0123456789-.".utf8)
        let isName =
            (1...64).contains(text.utf8.count) && text.utf8.allSatisfy { letters.contains($0) }
            && text.utf8.first != UInt8(ascii: "-") && text.utf8.first != UInt8(ascii: ".")
        return isName ? text : nil
    }

    private static func perMille(_ figure: Int64) -> Int64? {
        (0...1000).contains(figure) ? figure : nil
    }
}

/// The members of one leaf, of which each has to be known.
private struct SampleMembers {
    private let object: JSONObject?
    private let file: String
    private let place: String
    private var read: Set<String> = []

    init(_ json: JSON, file: String, place: String) {
        object = json.object
        self.file = file
        self.place = place
    }

    mutating func required<Value>(
        _ name: String, _ convert: (JSON) -> Value?
    ) throws(MalformedEvidence) -> Value {
        guard let value = try optional(name, convert) else {
            throw fail("a sample needs \"\(name)\"")
        }
        return value
    }

    mutating func optional<Value>(
        _ name: String, _ convert: (JSON) -> Value?
    ) throws(MalformedEvidence) -> Value? {
        read.insert(name)
        guard let object else { throw fail("a sample is a JSON object") }
        guard let json = object[name] else { return nil }
        guard let value = convert(json) else { throw fail("\"\(name)\" has another form") }
        return value
    }

    func end() throws(MalformedEvidence) {
        if let extra = object?.keys.first(where: { !read.contains($0) }) {
            throw fail("\"\(extra)\" is no member of a sample")
        }
    }

    private func fail(_ reason: String) -> MalformedEvidence {
        MalformedEvidence(file: file, place: place, reason: reason)
    }
}
