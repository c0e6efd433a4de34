// SPDX-License-Identifier: Apache-2.0

import Brake
import HTTPTypes
import Hummingbird
import PauseAgreement
import Roles
import Storage
import TransparencyLog

// MARK: - Statements

extension LogNode {
    /// Takes a statement; answers once it is durable.
    func submit(_ request: Request) async throws -> Response {
        let bytes = try await request.bytes(atMost: Brake.largestEnvelope)
        let submission = try Submission(reading: bytes, admittedBy: admission)
        switch await sequencer.submit(submission) {
        case .logged(let logged, let isNew):
            let json: JSON = .object([
                "index": .integer(Int64(logged.index.value)),
                "received": .integer(logged.received.milliseconds),
                "receipt": .string(String(decoding: logged.receipt.bytes, as: UTF8.self)),
            ])
            return .json(json, status: isNew ? .created : .ok)
        case .refused(let refusal): throw ProblemDocument.refused(refusal)
        case .busy: throw ProblemDocument.tooBusy
        case .overQuota(let statements, let wait):
            throw ProblemDocument.overQuota(
                submission.signer, statements: statements, wait: wait)
        case .unable(let why): throw ProblemDocument.cannotLog(why)
        }
    }

    /// One entry, with its envelope.
    func statement(_ index: LogIndex) async throws -> Response {
        guard let summary = await sequencer.read({ $0.summary(of: index) }),
            let leaf = try await store.leaves(from: index, limit: 1).first
        else { throw ProblemDocument.notFound("the log has no entry \(index)") }
        let entry = try Entry(parsing: leaf, index: index)
        var object = try Hit(entry: entry, summary: summary).json
        object["envelope"] = entry.envelope.json
        return .json(.object(object))
    }
}
