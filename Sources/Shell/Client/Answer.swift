// SPDX-License-Identifier: Apache-2.0

import TransparencyLog

/// What came back over HTTP, whatever its status.
public struct Answer: Hashable, Sendable {
    public let url: String
    public let status: Int
    /// Without parameters, in lower case; empty where none was sent.
    public let mediaType: String
    public let body: [UInt8]

    public init(url: String, status: Int, mediaType: String, body: [UInt8]) {
        self.url = url
        self.status = status
        self.mediaType = mediaType
        self.body = body
    }

    /// This answer where the other side was content, otherwise its problem.
    func successful() throws(ClientFault) -> Answer {
        if (200..<300).contains(status) { return self }
        if let json = try? JSON.parse(body, numbers: .anyAsWritten),
            let problem = Problem(json: json, status: status)
        {
            throw .problem(problem)
        }
        let excerpt = String(decoding: body.prefix(200), as: UTF8.self)
            .filter { !$0.isNewline }.trimmingSpaces
        throw .malformed(
            url: url, cause: "status \(status)" + (excerpt.isEmpty ? "" : ": \(excerpt)"))
    }

    /// The body as strict JSON.
    func json() throws(ClientFault) -> JSON {
        do throws(MalformedJSON) {
            return try JSON.parse(body)
        } catch {
            throw .malformed(url: url, cause: "\(error)")
        }
    }

    /// The body as a signed note, of which nothing is verified yet.
    func note() throws(ClientFault) -> UnverifiedNote {
        do throws(MalformedNote) {
            return try UnverifiedNote(parsing: body)
        } catch {
            throw .malformed(url: url, cause: "\(error)")
        }
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        let start = drop { $0 == " " }
        return String(start.reversed().drop { $0 == " " }.reversed())
    }
}
