// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Client
import TransparencyLog

/// Which node to talk to.
struct NodeOption: ParsableArguments {
    @Option(help: ArgumentHelp("The log node's address.", valueName: "url"))
    var node: String

    func validate() throws {
        do throws(ClientFault) {
            _ = try NodeClient(url: node)
        } catch {
            throw ValidationError(
                "--node wants an address such as http://127.0.0.1:8080, not '\(node)'")
        }
    }

    /// - Parameter limit: how long one answer may take.
    func client(limit: Duration = .seconds(30)) throws(Failure) -> NodeClient {
        do throws(ClientFault) {
            return try NodeClient(url: node, timeLimit: limit)
        } catch {
            throw Failure(error)
        }
    }
}

extension Failure {
    /// What a call that brought nothing usable means for the command.
    init(_ fault: ClientFault) {
        switch fault {
        case .unreachable: self = .unreachable("\(fault)")
        case .malformed: self = .malformed("\(fault)")
        case .problem(let problem):
            let pointer = problem.pointer.map { $0.isEmpty ? "" : "\($0): " } ?? ""
            let (exitCode, what) = Failure.meaning(ofStatus: problem.status)
            self.init(
                exitCode: exitCode, message: "the node \(what): \(pointer)\(problem)",
                hint: problem.hint)
        }
    }

    private static func meaning(ofStatus status: Int) -> (exitCode: Int32, what: String) {
        switch status {
        case 404: (2, "does not have it")
        case 401, 403, 405: (77, "refuses")
        case 429: (69, "is too busy")
        case 400..<500: (65, "refuses")
        default: (74, "failed")
        }
    }
}

/// Calls a node; what it cannot answer becomes a ``Failure``.
func asking<Value>(
    _ call: () async throws(ClientFault) -> Value
) async throws(Failure) -> Value {
    do throws(ClientFault) {
        return try await call()
    } catch {
        throw Failure(error)
    }
}
