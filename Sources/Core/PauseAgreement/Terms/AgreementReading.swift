// SPDX-License-Identifier: Apache-2.0

/// What came of reading an agreement's text: the agreement, or everything that stands against it.
public struct AgreementReading: Sendable {
    /// Nil where ``problems`` holds an error; warnings do not stand in the way.
    public let agreement: Agreement?
    /// In the order of their places.
    public let problems: [Problem]

    /// One thing that is wrong with the text, and where.
    public struct Problem: Error, Hashable, Sendable {
        public enum Severity: String, Hashable, Sendable {
            /// The text is refused.
            case error
            /// The text is accepted, but its authors may not have meant this.
            case warning
        }

        public let severity: Severity
        public let place: Place
        public let message: String
        /// The way out, where there is one to name.
        public let hint: String?
        /// Which line of the checker found it, so that tests can tell whether each of them does.
        let origin: Origin?

        public init(
            _ message: String, at place: Place, hint: String? = nil, severity: Severity = .error
        ) {
            self.init(message, at: place, hint: hint, severity: severity, origin: nil)
        }

        init(
            _ message: String, at place: Place, hint: String?, severity: Severity, origin: Origin?
        ) {
            self.severity = severity
            self.place = place
            self.message = message
            self.hint = hint
            self.origin = origin
        }

        struct Origin: Hashable {
            let file: String
            let line: Int

            init(_ file: StaticString, _ line: Int) {
                self.file = "\(file)"
                self.line = line
            }
        }
    }

    /// Where in the text: a person's file has lines, a machine's copy has pointers.
    public enum Place: Hashable, Sendable, CustomStringConvertible {
        /// Both counted from 1; columns are Unicode scalars.
        case text(line: Int, column: Int)
        /// An RFC 6901 pointer into the canonical JSON.
        case pointer(String)

        /// `12:5`, or the pointer.
        public var description: String {
            switch self {
            case .text(let line, let column): "\(line):\(column)"
            case .pointer(let pointer): pointer.isEmpty ? "/" : pointer
            }
        }
    }

    init(agreement: Agreement?, problems: [Problem]) {
        self.problems = problems.enumerated().sorted { a, b in
            switch (a.element.place, b.element.place) {
            case (.text(let lineA, let columnA), .text(let lineB, let columnB)):
                (lineA, columnA, a.offset) < (lineB, columnB, b.offset)
            default: a.offset < b.offset
            }
        }.map(\.element)
        self.agreement = problems.contains { $0.severity == .error } ? nil : agreement
        precondition(
            self.agreement != nil || !problems.isEmpty, "an agreement that is refused has a reason")
    }
}

extension Agreement {
    /// Reads and checks an agreement that people wrote, collecting every problem.
    public static func read(yaml text: String) -> AgreementReading {
        read(AgreementText.parse(yaml: text))
    }

    /// Reads and checks the bytes of an agreement file; anything but UTF-8 is refused.
    public static func read(yaml bytes: [UInt8]) -> AgreementReading {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let place = AgreementText.firstPlaceThatIsNotUTF8(in: bytes)
            return AgreementReading(
                agreement: nil,
                problems: [.init("the file is not UTF-8 from here on", at: place)])
        }
        return read(yaml: text)
    }

    /// Reads and checks an agreement as it travels beside the log; only the one canonical spelling
    /// is accepted.
    public static func read(canonicalJSON bytes: [UInt8]) -> AgreementReading {
        read(AgreementText.parse(canonicalJSON: bytes))
    }

    private static func read(_ parsed: AgreementText.Parsed) -> AgreementReading {
        guard let root = parsed.root, parsed.problems.isEmpty else {
            return AgreementReading(agreement: nil, problems: parsed.problems)
        }
        var reader = AgreementReader()
        guard let agreement = reader.agreement(root), reader.problems.isEmpty else {
            return AgreementReading(agreement: nil, problems: reader.problems)
        }
        return AgreementReading(
            agreement: agreement, problems: AgreementCheck.problems(of: agreement, written: root))
    }
}
