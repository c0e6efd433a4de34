// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// What a witness says to a checkpoint.
public enum WitnessAnswer: Hashable, Sendable {
    /// Its cosignature lines; nothing about them is verified.
    case cosigned([NoteSignature])
    /// It has cosigned another size: the proof has to start there.
    case expected(TreeSize)
    /// It refuses, with the status of C2SP tlog-witness.
    case refused(status: Int, detail: String)
}

/// What a monitor says to a statement that is handed in.
public enum HandedIn: Hashable, Sendable {
    /// It holds the statement, and says so in this signed statement; nothing of it is verified.
    case held(acceptance: Envelope)
    /// The log has it already.
    case logged
}

// MARK: - A witness or monitor

extension NodeClient {
    /// Asks for a cosignature; `body` is that of C2SP tlog-witness `add-checkpoint`.
    public func addCheckpoint(_ body: [UInt8]) async throws(ClientFault) -> WitnessAnswer {
        let answer = try await post("/add-checkpoint", body, type: "text/plain", largest: 1 << 20)
        let text = String(decoding: answer.body, as: UTF8.self)
        switch answer.status {
        case 200:
            return .cosigned(try signatures(from: answer))
        case 409 where answer.mediaType == "text/x.tlog.size":
            let digits = text.utf8.last == 0x0A ? String(text.dropLast()) : text
            guard let size = UInt64(digits), String(size) == digits else {
                throw .malformed(url: answer.url, cause: "expected a tree size")
            }
            return .expected(TreeSize(size))
        default:
            let json = try? JSON.parse(answer.body)
            if let json, let problem = Problem(json: json, status: answer.status) {
                return .refused(status: answer.status, detail: problem.detail)
            }
            let line = text.split(separator: "\n").first.map(String.init) ?? ""
            return .refused(status: answer.status, detail: String(line.prefix(500)))
        }
    }

    private func signatures(from answer: Answer) throws(ClientFault) -> [NoteSignature] {
        do throws(MalformedNote) {
            return try NoteSignature.parse(lines: answer.body)
        } catch {
            throw .malformed(url: answer.url, cause: "\(error)")
        }
    }

    /// The newest checkpoint of a log that a witness holds; nil where it holds none, or tells
    /// nobody.
    ///
    /// Source: C2SP tlog-witness, "Monitor Retrieval Mechanism".
    public func checkpoint(of origin: String) async throws(ClientFault) -> UnverifiedNote? {
        let hash = Digest.sha256(Array(origin.utf8)).hex
        let answer = try await get("/\(hash)/checkpoint", accept: "text/plain", largest: 1 << 20)
        return answer.status == 404 ? nil : try answer.successful().note()
    }

    /// Proposes a tick, as a note signed by the log; the monitor's order note comes back,
    /// unverified.
    public func propose(_ note: [UInt8]) async throws(ClientFault) -> UnverifiedNote {
        try await post("/api/v1/propose", note, type: "text/plain", largest: 4 << 20).successful()
            .note()
    }

    /// Hands a statement to a monitor, because the log's node does not take it.
    ///
    /// Handing in the same envelope again is safe, and brings the first acceptance.
    public func handIn(_ envelope: [UInt8]) async throws(ClientFault) -> HandedIn {
        let answer = try await post("/api/v1/statements", envelope, type: "application/json")
            .successful()
        let json = try answer.json()
        if json["logged"]?.bool == true { return .logged }
        guard answer.status == 202, let acceptance = json["acceptance"] else {
            throw .malformed(url: answer.url, cause: "expected an acceptance: is it a monitor?")
        }
        do throws(MalformedEnvelope) {
            return .held(acceptance: try Envelope(json: acceptance))
        } catch {
            throw .malformed(url: answer.url, cause: "\(error)")
        }
    }

    /// The newest log-signed proposal that a monitor knows; nil where it knows none.
    public func proposal() async throws(ClientFault) -> UnverifiedNote? {
        let answer = try await get("/api/v1/proposal", accept: "text/plain", largest: 1 << 20)
        return answer.status == 404 ? nil : try answer.successful().note()
    }
}
