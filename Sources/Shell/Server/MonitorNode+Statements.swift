// SPDX-License-Identifier: Apache-2.0

import Brake
import Hummingbird
import PauseAgreement
import Roles
import TransparencyLog

// MARK: - Statements that the node does not log

extension MonitorNode {
    /// Takes a statement into custody; answers once it is durable.
    func holdStatement(_ request: Request) async throws -> Response {
        let bytes = try await request.bytes(atMost: Brake.largestEnvelope)
        let submission = try Submission(reading: bytes, admittedBy: admission)
        switch await keeper.hold(submission) {
        case .accepted(let acceptance):
            return .json(.object(["acceptance": acceptance.json]), status: .accepted)
        case .logged: return .json(.object(["logged": .bool(true)]))
        case .notHeld(let why): throw ProblemDocument.notHeld(why)
        case .busy: throw ProblemDocument.tooMuchHeld(submission.signer)
        case .unable(let why): throw ProblemDocument.fault(why)
        }
    }
}

extension ProblemDocument {
    fileprivate static func notHeld(_ why: String) -> ProblemDocument {
        ProblemDocument(
            slug: "not-held", title: "Monitors do not hold this", status: .unprocessableContent,
            detail: why, hint: "submit it to the log's node")
    }

    fileprivate static func tooMuchHeld(_ party: String) -> ProblemDocument {
        var problem = ProblemDocument(
            slug: "over-quota", title: "The party has used up its quota",
            status: .tooManyRequests,
            detail: "as many statements of \(party) as a monitor holds are not logged yet",
            hint: "send the same again once some of them are")
        problem.headers[.retryAfter] = "30"
        return problem
    }
}

extension Operation {
    static let holdStatement = Operation(
        id: "holdStatement",
        summary: "Hands in a statement that the node does not take; answered once it is durable.",
        body: Body(
            content: .json(.envelope, example: Schemas.exampleEnvelope),
            limit: Brake.largestEnvelope),
        replies: [
            Reply(
                status: 202, summary: "It is held, and passed on until it is logged.",
                content: .json(.held)),
            .ok("It is in the log already.", .json(.alreadyLogged)),
        ],
        problems: [
            Trouble(400, "malformed-json", "malformed-envelope"), Trouble(413, "too-large"),
            Trouble(403, "unknown-key", "bad-signature", "too-few-signatures"),
            Trouble(403, "may-not-say", "not-a-member"),
            Trouble(422, "malformed-statement", "wrong-agreement", "wrong-terms", "not-held"),
            Trouble(429, "over-quota"), Trouble(503, "fault"),
        ])
}
