// SPDX-License-Identifier: Apache-2.0

import TransparencyLog

/// What a check came to; unknown is a verdict of its own.
enum CheckOutcome: String {
    case holds
    case doesNotHold = "does-not-hold"
    case unknown

    /// Prints the outcome: as one JSON document with these members, or as sentences.
    func report(_ members: JSONObject, json: Bool, _ sentences: () -> String) {
        guard json else { return print(sentences()) }
        var members = members
        members["verdict"] = .string(rawValue)
        printJSON(.object(members))
    }

    /// Says in the JSON document that the check found something; other failures found nothing out.
    static func reportFailure(_ failure: Failure) {
        guard failure.exitCode == 1 || failure.exitCode == 2 else { return }
        let outcome: CheckOutcome = failure.exitCode == 1 ? .doesNotHold : .unknown
        outcome.report(["reason": .string(failure.message)], json: true) { "" }
    }

    /// Does the check; where it fails, the JSON document says so before the failure goes on.
    static func reporting<Value>(
        json: Bool, _ check: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        do throws(Failure) {
            return try check()
        } catch {
            if json { reportFailure(error) }
            throw error
        }
    }

    /// The same for a check that waits.
    static func reporting<Value>(
        json: Bool, _ check: () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        do throws(Failure) {
            return try await check()
        } catch {
            if json { reportFailure(error) }
            throw error
        }
    }
}
