// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

extension NodeClient {
    /// The notes by which the set of monitors that count has changed, in their order, unverified.
    public func monitorNotes() async throws(ClientFault) -> [UnverifiedNote] {
        let answer = try await get("/api/v1/monitors", accept: "application/json")
        guard let texts = try answer.successful().json()["notes"]?.array else {
            throw .malformed(url: answer.url, cause: "expected a list of notes")
        }
        var notes: [UnverifiedNote] = []
        for (position, text) in texts.enumerated() {
            do throws(MalformedNote) {
                notes.append(try UnverifiedNote(parsing: Array((text.string ?? "").utf8)))
            } catch {
                throw .malformed(url: answer.url, cause: "note \(position): \(error)")
            }
        }
        return notes
    }
}
