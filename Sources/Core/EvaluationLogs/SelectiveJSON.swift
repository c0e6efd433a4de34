// SPDX-License-Identifier: Apache-2.0
import TransparencyLog

/// Walks through a JSON document that streams by and keeps only the members that are asked for.
///
/// An evaluation log is mostly transcripts, which nobody needs to compute a score. They are passed
/// over without being built; of them only quotes and brackets are checked. What is kept is handed
/// out as bytes, to be parsed strictly.
struct SelectiveJSON {
    /// What to do with the value at a path of member names, in which `[]` stands for any element.
    enum Choice {
        case keep
        case enter
        case skip
    }

    enum Event {
        /// A kept value; also a scalar where an object or array was to be entered.
        case value(path: [String], bytes: [UInt8])
        /// An entered object or array has ended.
        case closed(path: [String])
    }

    struct Malformed: Error {
        let offset: Int
        let reason: String
    }

    private enum Phase {
        case value
        case valueOrEnd
        case key
        case keyOrEnd
        case insideKey
        case colon
        case insideValue
        case commaOrEnd
        case end
    }

    private let choose: ([String]) -> Choice
    private let limit: Int
    private var phase = Phase.value
    private var offset = 0
    /// For each container that was entered, whether it is an object.
    private var entered: [Bool] = []
    /// The names that lead to the value at hand.
    private var path: [String] = []
    private var text: [UInt8] = []
    private var isKept = false
    /// Brackets open within the value at hand.
    private var brackets: [UInt8] = []
    private var isInString = false
    private var isEscaped = false

    /// - Parameter limit: the most bytes that a kept value may have.
    init(limit: Int, choose: @escaping ([String]) -> Choice) {
        self.limit = limit
        self.choose = choose
    }

    /// Takes the next bytes and passes on what they complete.
    mutating func push(_ bytes: UnsafeRawBufferPointer, _ found: (Event) throws -> Void) throws {
        var index = 0
        while index < bytes.count {
            switch phase {
            case .insideValue: try passValue(bytes, &index, found)
            case .insideKey: try passKey(bytes, &index)
            default:
                let byte = bytes[index]
                if byte != 0x20, byte != 0x0a, byte != 0x0d, byte != 0x09 {
                    try step(byte, &index, found)
                } else {
                    index += 1
                }
            }
        }
        offset += bytes.count
    }

    /// To be called at the document's end.
    mutating func finish(_ found: (Event) throws -> Void) throws {
        // A number at the top level ends only here.
        if phase == .insideValue, brackets.isEmpty, !isInString, entered.isEmpty {
            try completeValue(found)
        }
        guard phase == .end else { throw fail(0, "the document ends too early") }
    }

    private mutating func step(
        _ byte: UInt8, _ index: inout Int, _ found: (Event) throws -> Void
    ) throws {
        switch (phase, byte) {
        case (.valueOrEnd, UInt8(ascii: "]")), (.keyOrEnd, UInt8(ascii: "}")):
            index += 1
            try close(found)
        case (.value, _), (.valueOrEnd, _):
            try beginValue(byte, &index)
        case (.key, UInt8(ascii: "\"")), (.keyOrEnd, UInt8(ascii: "\"")):
            text = [byte]
            index += 1
            phase = .insideKey
        case (.colon, UInt8(ascii: ":")):
            index += 1
            phase = .value
        case (.commaOrEnd, UInt8(ascii: ",")):
            index += 1
            phase = entered.last == true ? .key : .value
            path.removeLast()
            if entered.last == false { path.append("[]") }
        case (.commaOrEnd, UInt8(ascii: "}")) where entered.last == true,
            (.commaOrEnd, UInt8(ascii: "]")) where entered.last == false:
            index += 1
            path.removeLast()
            try close(found)
        default: throw fail(index, "unexpected character")
        }
    }

    private mutating func beginValue(_ byte: UInt8, _ index: inout Int) throws {
        if phase == .valueOrEnd { path.append("[]") }
        let choice = choose(path)
        if choice == .enter, byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
            guard entered.count < 32 else { throw fail(index, "too deep") }
            let isObject = byte == UInt8(ascii: "{")
            entered.append(isObject)
            phase = isObject ? .keyOrEnd : .valueOrEnd
            index += 1
            return
        }
        guard byte != UInt8(ascii: "]"), byte != UInt8(ascii: "}"), byte != UInt8(ascii: ","),
            byte != UInt8(ascii: ":")
        else { throw fail(index, "a value is missing") }
        isKept = choice != .skip
        text = []
        phase = .insideValue
    }

    private mutating func close(_ found: (Event) throws -> Void) throws {
        entered.removeLast()
        try found(.closed(path: path))
        phase = entered.isEmpty ? .end : .commaOrEnd
    }

    private mutating func passKey(_ bytes: UnsafeRawBufferPointer, _ index: inout Int) throws {
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            text.append(byte)
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                path.append(try key())
                phase = .colon
                return
            }
            guard text.count <= 65_536 else { throw fail(index, "a key is too long") }
        }
    }

    private func key() throws -> String {
        guard let key = try? JSON.parse(text).string else { throw fail(0, "a key is no string") }
        return key
    }

    /// Runs to the end of the value at hand or of the bytes.
    private mutating func passValue(
        _ bytes: UnsafeRawBufferPointer, _ index: inout Int, _ found: (Event) throws -> Void
    ) throws {
        let start = index
        var isDone = false
        while index < bytes.count, !isDone {
            let byte = bytes[index]
            if isInString {
                index += 1
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                    isDone = brackets.isEmpty
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""):
                isInString = true
                index += 1
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                // In ASCII a closing bracket comes two after its opening one.
                brackets.append(byte + 2)
                guard brackets.count <= 1_000 else { throw fail(index, "too deep") }
                index += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if brackets.isEmpty {
                    isDone = true
                    continue
                }
                guard brackets.removeLast() == byte else {
                    throw fail(index, "brackets do not match")
                }
                index += 1
                isDone = brackets.isEmpty
            case UInt8(ascii: ","), 0x20, 0x0a, 0x0d, 0x09:
                if brackets.isEmpty { isDone = true } else { index += 1 }
            default: index += 1
            }
        }
        if isKept {
            guard text.count + index - start <= limit else {
                throw fail(index, "a value is too long")
            }
            text.append(contentsOf: bytes[start..<index])
        }
        if isDone { try completeValue(found) }
    }

    private mutating func completeValue(_ found: (Event) throws -> Void) throws {
        phase = entered.isEmpty ? .end : .commaOrEnd
        if isKept { try found(.value(path: path, bytes: text)) }
        text = []
    }

    private func fail(_ index: Int, _ reason: String) -> Malformed {
        Malformed(offset: offset + index, reason: reason)
    }
}
