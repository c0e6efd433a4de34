// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import Logging

/// Turns whatever a route throws into a problem document, and counts what was answered.
struct ProblemMiddleware: RouterMiddleware {
    let metrics: Metrics
    let logger: Logger
    /// The methods that a path answers; none where there is no such path.
    var allowed: @Sendable (String) -> [String] = { _ in [] }

    func handle(
        _ request: Request, context: NodeContext,
        next: (Request, NodeContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch let error as HTTPError
            where error.status == .notFound && request.method == .options
            && !allowed(request.uri.path).isEmpty
        {
            response = .allowing(allowed(request.uri.path))
        } catch {
            let problem = self.problem(error, request)
            metrics.count("standstill_problems_total", "type", problem.slug)
            response = problem.response(from: request, context: context)
        }
        metrics.count("standstill_requests_total", "status", String(response.status.code))
        if request.method == .get || request.method == .head {
            // Everything here is public record; pages elsewhere may show it.
            response.headers[.accessControlAllowOrigin] = "*"
        }
        response.headers[.xContentTypeOptions] = "nosniff"
        return response
    }

    private func problem(_ error: any Error, _ request: Request) -> ProblemDocument {
        switch error {
        case let problem as ProblemDocument: return problem
        case let error as HTTPError where error.status == .notFound:
            let methods = allowed(request.uri.path)
            guard methods.isEmpty else {
                return .method(request.method.rawValue, allowed: methods)
            }
            return .notFound("\(request.uri.path) is not a path of this server")
        case let error as HTTPError where error.status.code < 500:
            return ProblemDocument(
                slug: "bad-request", title: "The request cannot be read", status: error.status,
                detail: error.body ?? error.status.reasonPhrase)
        default:
            logger.error("\(request.method) \(request.uri.path): \(error)")
            return .internalError
        }
    }
}
