// SPDX-License-Identifier: Apache-2.0

import Client
import Logging
import PauseAgreement
import Server
import Storage
import TransparencyLog

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Why a node ends other than by being told to, in words for its operator.
struct Ending: Error {
    let exitCode: Int32
    let lines: [String]

    init(_ exitCode: Int32, _ message: String, hint: String? = nil) {
        self.init(exitCode, lines: ["error: \(message)"] + (hint.map { ["hint: \($0)"] } ?? []))
    }

    init(_ exitCode: Int32, lines: [String]) {
        self.exitCode = exitCode
        self.lines = lines
    }

    /// Whatever was thrown, as an ending.
    init(_ error: any Error) {
        switch error {
        case let ending as Ending: self = ending
        case let fault as StartFault:
            self.init(Ending.exitCode(of: fault.kind), fault.message, hint: fault.hint)
        case let fault as StorageFault where fault.code == .inUse:
            self.init(74, "\(fault)", hint: "one process a store; end the other one first")
        case let fault as StorageFault: self.init(74, "\(fault)")
        default: self.init(74, "\(error)")
        }
    }

    private static func exitCode(of kind: StartFault.Kind) -> Int32 {
        switch kind {
        case .usage: 64
        case .notPermitted: 77
        case .store, .network: 74
        }
    }
}

/// Runs a node to its end; a clean one is exit code 0.
func ending(_ body: () async throws -> Void) async {
    do {
        try await body()
    } catch {
        let ending = Ending(error)
        for line in ending.lines { writeLine(line, to: 2) }
        exit(ending.exitCode)
    }
}

// MARK: - Reading what it was told

/// An agreement that can be used; every error is printed with its place.
func readAgreement(_ path: String) throws -> Agreement {
    let bytes: [UInt8]
    guard let read = try MarkFile(path: path).read() else {
        throw Ending(74, "read \(path): No such file or directory")
    }
    bytes = read
    let reading =
        bytes.first == UInt8(ascii: "{")
        ? Agreement.read(canonicalJSON: bytes) : Agreement.read(yaml: bytes)
    if let agreement = reading.agreement { return agreement }
    let errors = reading.problems.filter { $0.severity == .error }
    throw Ending(
        65,
        lines: errors.flatMap { problem in
            ["\(path):\(problem.place): error: \(problem.message)"]
                + (problem.hint.map { ["hint: \($0)"] } ?? [])
        } + ["error: \(path): the agreement is refused"])
}

func readKey(_ path: String) throws -> PrivateKey {
    do throws(UnreadableKey) {
        return try KeyFile.read(path)
    } catch {
        throw Ending(error.exitCode, "\(error)", hint: error.hint)
    }
}

func address(_ text: String) throws -> ListenAddress {
    guard let address = ListenAddress(text) else {
        throw Ending(
            64, "--listen \(text): expected HOST:PORT", hint: "such as --listen 127.0.0.1:8080")
    }
    return address
}

func client(_ url: String) throws -> NodeClient {
    do throws(ClientFault) {
        // Roles come back by themselves; a second attempt here would only delay them.
        return try NodeClient(url: url, retries: 0)
    } catch {
        throw Ending(64, "\(url) is no address", hint: "such as http://127.0.0.1:8080")
    }
}

func location(_ text: String) throws -> StoreLocation {
    do throws(StorageFault) {
        return try StoreLocation(text)
    } catch {
        throw Ending(64, "--\(error)")
    }
}

// MARK: - Saying where it is

/// The first line on standard output, at once.
func announce(_ url: String) {
    writeLine("listening on \(url)", to: 1)
}

/// One line an event, on standard error.
func logger(_ label: String) -> Logger {
    Logger(label: label) { StreamLogHandler.standardError(label: $0) }
}

func writeLine(_ line: String, to descriptor: Int32) {
    let bytes = Array((line + "\n").utf8)
    var written = 0
    while written < bytes.count {
        let count = bytes[written...].withUnsafeBytes {
            write(descriptor, $0.baseAddress, $0.count)
        }
        guard count > 0 || errno == EINTR else { return }
        written += max(0, count)
    }
}
