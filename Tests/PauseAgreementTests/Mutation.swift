// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization
import Testing

@testable import PauseAgreement

/// Changes a good agreement in one way, and says what has to be found, and where.
struct Mutation: Sendable, CustomTestStringConvertible {
    let name: String
    /// Each stands in the text once.
    let edits: [(old: String, new: String)]
    /// A part of the message.
    let says: String
    /// The line, by all of it or by a part that no other line before it has.
    let line: String
    /// Which of the lines that have this part.
    let nth: Int
    /// What stands at the problem's column.
    let pointed: String
    let severity: AgreementReading.Problem.Severity
    /// Parts to remove before anything else.
    let without: [String]

    init(
        _ name: String, _ edits: [(String, String)], says: String, at line: String,
        nth: Int = 1, pointed: String, severity: AgreementReading.Problem.Severity = .error,
        without: [String] = []
    ) {
        self.name = name
        self.edits = edits.map { (old: $0.0, new: $0.1) }
        self.says = says
        self.line = line
        self.nth = nth
        self.pointed = pointed
        self.severity = severity
        self.without = without
    }

    var testDescription: String { name }

    func applied() throws -> String {
        var block = BlockText(ExampleAgreement.yaml)
        for part in without { try block.remove(part) }
        return try edits.reduce(block.text) { text, edit in
            let parts = text.components(separatedBy: edit.old)
            try #require(parts.count == 2, "\(edit.old) stands there \(parts.count - 1) times")
            return parts.joined(separator: edit.new)
        }
    }

    /// The text after the change, and everything that is found in it.
    func reading() throws -> (text: String, problems: [AgreementReading.Problem]) {
        let text = try applied()
        if let known = Mutation.known.withLock({ $0[name] }) { return (text, known) }
        let problems = Agreement.read(yaml: text).problems
        Mutation.known.withLock { $0[name] = problems }
        return (text, problems)
    }

    /// Each is read once, for all tests: the keys in it take long.
    private static let known = Mutex<[String: [AgreementReading.Problem]]>([:])
}
