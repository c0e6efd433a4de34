// SPDX-License-Identifier: Apache-2.0

import Brake
import HTTPTypes
import Hummingbird
import PauseAgreement
import Roles
import TransparencyLog

/// What whoever asked for something that cannot be had is told; all of them are made here.
///
/// The type is stable, so that programs can branch on it; the words may change.
///
/// Source: RFC 9457.
struct ProblemDocument: Error, HTTPResponseError {
    let slug: String
    let title: String
    let status: HTTPResponse.Status
    let detail: String
    /// RFC 6901 pointer to the offending value.
    var pointer: String?
    /// The clause of the agreement that decides.
    var clause: String?
    /// The way out.
    var hint: String?
    var headers: HTTPFields = [:]

    static let prefix = "https://standstill.example/problems/"

    var bytes: [UInt8] {
        var object: JSONObject = [
            "type": .string(ProblemDocument.prefix + slug), "title": .string(title),
            "status": .integer(Int64(status.code)), "detail": .string(detail),
        ]
        object["pointer"] = pointer.map { .string($0) }
        object["clause"] = clause.map { .string($0) }
        object["hint"] = hint.map { .string($0) }
        return JSON.object(object).canonicalBytes
    }

    func response(from request: Request, context: some RequestContext) -> Response {
        var fields = headers
        fields[.contentType] = "application/problem+json"
        fields[.cacheControl] = "no-store"
        return Response(
            status: status, headers: fields,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

// MARK: - Requests

extension ProblemDocument {
    static func notFound(_ detail: String, hint: String? = nil) -> ProblemDocument {
        ProblemDocument(
            slug: "not-found", title: "There is nothing here", status: .notFound, detail: detail,
            hint: hint)
    }

    static func method(_ method: String, allowed: [String]) -> ProblemDocument {
        var problem = ProblemDocument(
            slug: "method", title: "The method does not fit", status: .methodNotAllowed,
            detail: "\(method) is not possible here",
            hint: "use \(allowed.joined(separator: " or "))")
        problem.headers[.allow] = allowed.joined(separator: ", ")
        return problem
    }

    static func malformedQuery(_ detail: String, hint: String? = nil) -> ProblemDocument {
        ProblemDocument(
            slug: "malformed-query", title: "The query cannot be read", status: .badRequest,
            detail: detail, hint: hint)
    }

    static func future(_ asked: Time, _ now: Time) -> ProblemDocument {
        ProblemDocument(
            slug: "future", title: "The time has not come", status: .badRequest,
            detail: "nobody knows what the law will say at \(asked); here it is \(now)")
    }

    static func mediaType(_ type: String, expected: String) -> ProblemDocument {
        ProblemDocument(
            slug: "media-type", title: "The body is of another kind",
            status: .unsupportedMediaType,
            detail: "\(type.isEmpty ? "an empty media type" : type) is not read here",
            hint: "send \(expected)")
    }

    static let brokenOff = ProblemDocument(
        slug: "broken-off", title: "The body broke off", status: .badRequest,
        detail: "the connection ended before the body did")

    static func tooLarge(limit: Int) -> ProblemDocument {
        ProblemDocument(
            slug: "too-large", title: "The body is too large", status: .contentTooLarge,
            detail: "a body here has at most \(limit) bytes",
            hint: "put files beside the log and sign their digests")
    }

    /// It is us, or all others together.
    static let tooBusy: ProblemDocument = {
        var problem = ProblemDocument(
            slug: "too-busy", title: "Too many are waiting", status: .tooManyRequests,
            detail: "nothing was kept", hint: "send the same again in a few seconds")
        problem.headers[.retryAfter] = "2"
        return problem
    }()

    /// It is the one who asks.
    static func tooFast(nanoseconds wait: Int64) -> ProblemDocument {
        var problem = ProblemDocument(
            slug: "too-fast", title: "This is more than one may ask at once",
            status: .tooManyRequests,
            detail: "too much came from this address or party; nothing was read or kept",
            hint: "wait as long as Retry-After says, then send the same again")
        problem.headers[.retryAfter] = String(max(1, (wait + 999_999_999) / 1_000_000_000))
        return problem
    }

    /// A party has had logged what it may within the merge delay.
    static func overQuota(_ party: String, statements: Int, wait: TimeSpan) -> ProblemDocument {
        var problem = ProblemDocument(
            slug: "over-quota", title: "The party has used up its quota",
            status: .tooManyRequests,
            detail: "\(party) has \(statements) statements in the log within the merge delay",
            hint: "wait as long as Retry-After says, then send the same again")
        problem.headers[.retryAfter] = String(max(1, (wait.milliseconds + 999) / 1000))
        return problem
    }

    /// Whether it is the sender's doing, and not that there is too much of it.
    var isRefusal: Bool {
        status.kind == .clientError && status != .tooManyRequests && status != .notFound
    }

    static func fault(_ detail: String) -> ProblemDocument {
        ProblemDocument(
            slug: "fault", title: "It cannot answer now", status: .serviceUnavailable,
            detail: detail)
    }

    /// A statement that may or may not be in the log.
    static func cannotLog(_ detail: String) -> ProblemDocument {
        var problem = fault(detail)
        problem.hint = "send the same envelope again later: nothing is logged twice"
        return problem
    }

    static let noOrderYet = ProblemDocument(
        slug: "no-order-yet", title: "There is no order yet", status: .notFound,
        detail: "not enough monitors have signed an order yet", hint: "unknown is not an all-clear")

    static let noProposalYet = ProblemDocument(
        slug: "no-proposal-yet", title: "There is no proposal yet", status: .notFound,
        detail: "the log has proposed no tick yet")

    /// Whatever else goes wrong; the reason is for the operator's log, not for strangers.
    static let internalError = ProblemDocument(
        slug: "fault", title: "It cannot answer now", status: .internalServerError,
        detail: "the node failed; its log says why")
}

// MARK: - Statements

extension ProblemDocument {
    static func malformedJSON(_ error: MalformedJSON) -> ProblemDocument {
        ProblemDocument(
            slug: "malformed-json", title: "The body is not strict JSON", status: .badRequest,
            detail: "line \(error.line), column \(error.column): \(error.reason)")
    }

    static func malformedEnvelope(_ error: MalformedEnvelope) -> ProblemDocument {
        ProblemDocument(
            slug: "malformed-envelope", title: "The body is not a DSSE envelope",
            status: .badRequest,
            detail: "\(error)", pointer: error.pointer)
    }

    static func refused(_ refusal: Refusal) -> ProblemDocument {
        let (status, title) = wording(of: refusal.slug)
        return ProblemDocument(
            slug: refusal.slug, title: title, status: status, detail: refusal.sentence,
            pointer: refusal.pointer, clause: refusal.clause, hint: refusal.hint)
    }

    private static func wording(of slug: String) -> (HTTPResponse.Status, String) {
        switch slug {
        case "malformed-envelope": (.badRequest, "The body is not a DSSE envelope")
        case "too-large": (.contentTooLarge, "The statement is too large")
        case "malformed-statement":
            (.unprocessableContent, "The payload is no statement of this agreement")
        case "wrong-agreement": (.unprocessableContent, "The statement is under another agreement")
        case "wrong-terms": (.unprocessableContent, "The statement is under other terms")
        case "unknown-key": (.forbidden, "A key is nobody's in this agreement")
        case "bad-signature": (.forbidden, "A signature does not hold")
        case "too-few-signatures": (.forbidden, "The party needs more signatures")
        case "not-a-member": (.forbidden, "The party is not in the council")
        default: (.forbidden, "The party may not say this")
        }
    }
}

// MARK: - Mail

extension ProblemDocument {
    static func refused(_ refusal: MailRefusal) -> ProblemDocument {
        let (status, title): (HTTPResponse.Status, String) =
            switch refusal {
            case .otherType: (.badRequest, "The body is not such an envelope")
            case .malformed: (.unprocessableContent, "The payload is neither mail nor a request")
            case .wrongAgreement: (.unprocessableContent, "It is under another agreement")
            case .unknownKey: (.forbidden, "A key is nobody's in this agreement")
            case .badSignature: (.forbidden, "A signature does not hold")
            case .tooFewSignatures: (.forbidden, "The party needs more signatures")
            case .severalSigners, .notTheSigner: (.forbidden, "Another one has to sign this")
            case .unknownStatement: (.notFound, "There is no such statement")
            case .unknownReader, .wrongAudience: (.forbidden, "The reader is not meant")
            case .full: (.tooManyRequests, "Too much waits already")
            case .notYours: (.forbidden, "The mail is another's")
            case .clock: (.conflict, "The time does not fit")
            case .replayed: (.conflict, "The request is an old one")
            }
        var problem = ProblemDocument(
            slug: refusal.slug, title: title, status: status, detail: refusal.sentence,
            pointer: refusal.pointer, hint: refusal.hint)
        if case .full = refusal { problem.headers[.retryAfter] = "60" }
        return problem
    }
}

// MARK: - Monitors and witnesses

extension ProblemDocument {
    static func refused(_ refusal: ProposalRefusal, _ why: String) -> ProblemDocument {
        let (status, title): (HTTPResponse.Status, String) =
            switch refusal {
            case .malformed: (.badRequest, "The body is no proposal")
            case .notSigned: (.forbidden, "The log has not signed this")
            case .wrongAgreement: (.unprocessableContent, "The proposal is under another agreement")
            case .clock: (.conflict, "The time does not fit")
            case .rollback: (.conflict, "The tree has become smaller")
            case .fork: (.conflict, "The log has another history")
            case .notCounted: (.conflict, "The monitor does not count over this tree")
            case .withheld: (.conflict, "The log withholds a statement, so no order steps down")
            case .behind: (.conflict, "The entries could not be had")
            case .starting: (.serviceUnavailable, "The monitor is starting")
            case .stopped: (.serviceUnavailable, "The monitor has stopped signing")
            }
        return ProblemDocument(slug: refusal.rawValue, title: title, status: status, detail: why)
    }

    /// Nil for an answer that is no problem: a cosignature, or the size to start from.
    static func refused(_ cosigning: Witness.Cosigning) -> ProblemDocument? {
        switch cosigning {
        case .cosigned, .expected: nil
        case .malformed(let why):
            ProblemDocument(
                slug: "malformed-checkpoint", title: "The body is no add-checkpoint request",
                status: .badRequest, detail: why)
        case .unknownLog(let origin):
            ProblemDocument(
                slug: "unknown-log", title: "The log is not known", status: .notFound,
                detail: "no log with the origin \(origin) is known here")
        case .notSigned:
            ProblemDocument(
                slug: "not-signed", title: "The log has not signed this", status: .forbidden,
                detail: "no signature of a known key of this origin holds")
        case .inconsistent(let why):
            ProblemDocument(
                slug: "inconsistent", title: "The checkpoint does not extend the one before",
                status: .unprocessableContent, detail: why)
        case .unable(let why): .fault(why)
        }
    }
}
