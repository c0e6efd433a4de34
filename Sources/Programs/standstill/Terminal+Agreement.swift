// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

/// An agreement that can be used: read and checked without an error.
///
/// Takes the YAML that people wrote, and the canonical JSON that travels beside a log. Every error
/// is printed as `FILE:LINE:COLUMN: error: message`.
///
/// - Throws: ``Failure`` 65 where the text is refused, 74 where it cannot be read.
func readAgreement(_ path: String) throws(Failure) -> Agreement {
    let reading = try readAgreementText(path)
    guard let agreement = reading.agreement else {
        let errors = reading.problems.filter { $0.severity == .error }
        printProblems(errors, of: path)
        throw .malformed(
            "\(path): \(errors.count == 1 ? "1 error" : "\(errors.count) errors"); the agreement is refused",
            hint: "standstill agreement check \(path) says more")
    }
    return agreement
}

/// What came of reading an agreement's file, problems and all.
func readAgreementText(_ path: String) throws(Failure) -> AgreementReading {
    let bytes = try readFile(path, limit: 1 << 24)
    // No agreement in YAML begins with a brace: its first line is a key.
    return bytes.first == UInt8(ascii: "{")
        ? Agreement.read(canonicalJSON: bytes) : Agreement.read(yaml: bytes)
}

/// Prints problems as compilers do, each with its place and, below it, the way out.
func printProblems(_ problems: [AgreementReading.Problem], of path: String) {
    for problem in problems {
        printError("\(path):\(problem.place): \(problem.severity.rawValue): \(problem.message)")
        if let hint = problem.hint { printError("hint: \(hint)") }
    }
}

/// The policy of a file in the format of C2SP tlog-policy.
func readPolicy(_ path: String) throws(Failure) -> WitnessPolicy {
    let bytes = try readFile(path, limit: 1 << 20)
    do throws(MalformedPolicy) {
        return try WitnessPolicy(parsing: bytes)
    } catch {
        throw .malformed("\(path):\(error.line): \(error.reason)")
    }
}
