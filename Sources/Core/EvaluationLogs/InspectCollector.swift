// SPDX-License-Identifier: Apache-2.0
package import TransparencyLog

/// The largest single member of a log's header or sample that is kept.
private let keptBytes = 64 << 20

/// Gathers members of streaming JSON and turns what is wrong with them into sentences.
private struct Gathering {
    let file: String
    let place: String?

    func fail(_ reason: String) -> MalformedEvidence {
        MalformedEvidence(file: file, place: place, reason: reason)
    }

    func parse(_ bytes: [UInt8], _ path: [String]) throws -> JSON {
        do {
            return try JSON.parse(bytes, numbers: .anyAsWritten, maximumDepth: 200)
        } catch {
            throw fail("\(path.joined(separator: ".")) is no JSON: \(error.reason)")
        }
    }

    func run(
        _ stream: (@escaping (UnsafeRawBufferPointer) throws -> Void) throws -> Void,
        choose: @escaping ([String]) -> SelectiveJSON.Choice,
        found: @escaping (SelectiveJSON.Event) throws -> Void
    ) throws {
        var reader = SelectiveJSON(limit: keptBytes, choose: choose)
        do {
            try withoutActuallyEscaping(found) { found in
                try stream { try reader.push($0, found) }
            }
            try reader.finish(found)
        } catch let error as SelectiveJSON.Malformed {
            throw fail("byte \(error.offset) of its JSON: \(error.reason)")
        }
    }
}

/// Gathers a header, and the samples that a JSON log holds beside it.
package final class LogCollector {
    private static let kept: Set<String> = [
        "version", "status", "eval", "results", "reductions", "error", "invalidated", "log_updates",
        "config_updates",
    ]

    package var reductions: JSON?
    package private(set) var samples: [InspectLog.Sample] = []
    private let gathering: Gathering
    private var members = JSONObject()
    private let inner: SampleCollector

    package init(file: String, place: String?) {
        gathering = Gathering(file: file, place: place)
        inner = SampleCollector(file: file, place: place, root: ["samples", "[]"])
    }

    package func collect(
        _ stream: (@escaping (UnsafeRawBufferPointer) throws -> Void) throws -> Void
    ) throws {
        let inner = inner
        try gathering.run(stream) { path in
            if path.isEmpty { return .enter }
            if path.first == "samples" { return path.count == 1 ? .enter : inner.choice(path) }
            return path.count == 1 && Self.kept.contains(path[0]) ? .keep : .skip
        } found: { [self] event in
            if case .value(let path, let bytes) = event, path.count == 1, path[0] != "samples" {
                guard members[path[0]] == nil else {
                    throw gathering.fail("\(path[0]) stands there twice")
                }
                members[path[0]] = try gathering.parse(bytes, path)
            } else {
                try inner.take(event)
            }
        }
        samples = inner.samples
    }

    package func log(
        isFinished: Bool, samples: [InspectLog.Sample], origin: InspectLog.SampleOrigin
    ) throws -> InspectLog {
        guard members["eval"]?.object != nil, let version = members["version"]?.integer else {
            throw gathering.fail("it has no version and eval, so it is no Inspect log")
        }
        guard version == 2 else {
            throw gathering.fail("it has log version \(version), and only 2 is read")
        }
        let known = reductions ?? members["reductions"]
        members["reductions"] = nil
        return InspectLog(
            file: gathering.file, header: .object(members), isFinished: isFinished,
            reductions: known == .null ? nil : known, samples: samples, origin: origin)
    }
}

/// Gathers samples: one that is a document of its own, or all elements of an array.
package final class SampleCollector {
    private static let kept: Set<String> = [
        "id", "epoch", "scores", "metadata", "error", "limit", "error_retries", "retries",
        "invalidation", "model_fallbacks",
    ]

    package private(set) var samples: [InspectLog.Sample] = []
    private let gathering: Gathering
    /// The path of a sample in its document.
    private let root: [String]
    private var members = JSONObject()

    package init(file: String, place: String?, root: [String]) {
        gathering = Gathering(file: file, place: place)
        self.root = root
    }

    package func collect(
        _ stream: (@escaping (UnsafeRawBufferPointer) throws -> Void) throws -> Void
    ) throws {
        try gathering.run(stream) { [self] in
            choice($0)
        } found: { [self] in
            try take($0)
        }
    }

    func choice(_ path: [String]) -> SelectiveJSON.Choice {
        if path.count <= root.count { return path[...] == root.prefix(path.count) ? .enter : .skip }
        guard path.count == root.count + 1, let name = path.last else { return .skip }
        return Self.kept.contains(name) ? .keep : .skip
    }

    func take(_ event: SelectiveJSON.Event) throws {
        switch event {
        case .value(let path, let bytes):
            guard path.count == root.count + 1, let name = path.last else {
                // `"samples": null` is how a log says that it kept none.
                if bytes.elementsEqual("null".utf8), path.count < root.count { return }
                throw gathering.fail("a sample is no object")
            }
            guard members[name] == nil else { throw gathering.fail("\(name) stands there twice") }
            members[name] = try gathering.parse(bytes, path)
        case .closed(let path):
            guard path.count == root.count else { return }
            samples.append(try sample())
            members = JSONObject()
        }
    }

    private func sample() throws -> InspectLog.Sample {
        guard let id = Self.text(members["id"]), let epoch = members["epoch"]?.integer, epoch >= 1
        else {
            throw gathering.fail("a sample has no id or no epoch")
        }
        var scores: [String: InspectLog.Score] = [:]
        for (name, score) in members["scores"]?.object?.members ?? [] {
            guard let value = score["value"] else {
                throw gathering.fail("the score \(name) of sample \(id) has no value")
            }
            scores[name] = InspectLog.Score(
                value: value, isEdited: !(score["history"]?.array ?? []).isEmpty)
        }
        return InspectLog.Sample(
            id: id, epoch: Int(epoch), scores: scores,
            metadata: Self.names(in: members["metadata"]),
            error: Self.message(members["error"], member: "message"),
            limit: Self.message(members["limit"], member: "type"),
            retries: Int(members["retries"]?.integer ?? 0)
                + (members["error_retries"]?.array?.count ?? 0),
            isInvalidated: (members["invalidation"] ?? .null) != .null,
            hasFallback: !(members["model_fallbacks"]?.array ?? []).isEmpty)
    }

    /// What of a sample's metadata can name a cluster: short scalars. Whole documents stand in some
    /// logs beside them, and of a million samples nobody could keep those.
    private static func names(in metadata: JSON?) -> JSONObject {
        JSONObject(
            (metadata?.object?.members ?? []).filter { key, value in
                key.utf8.count <= 256 && (text(value)?.utf8.count ?? .max) <= 256
            })
    }

    /// A text as it is and a number as written: what names a sample or a cluster.
    static func text(_ json: JSON?) -> String? {
        switch json {
        case .string(let text): text
        case .integer(let number): String(number)
        case .decimal(let text): text
        case .bool(let value): String(value)
        default: nil
        }
    }

    /// Full samples hold an object where summaries hold its main text.
    private static func message(_ json: JSON?, member: String) -> String? {
        switch json {
        case nil, .null: nil
        case .string(let text): text
        case .some(let object): text(object[member]) ?? "unspecified"
        }
    }
}
