// SPDX-License-Identifier: Apache-2.0

import TransparencyLog

extension AgreementText {
    /// The tree of an agreement as it travels beside the log; its places are JSON pointers.
    static func parse(canonicalJSON bytes: [UInt8]) -> Parsed {
        guard bytes.count <= mostBytes else {
            return Parsed(refused: "the text has more than 1 MiB", at: .pointer(""))
        }
        let json: JSON
        do throws(MalformedJSON) {
            json = try JSON.parse(bytes, maximumDepth: deepestNesting)
        } catch {
            return Parsed(
                refused: "not strict JSON: \(error.reason)",
                at: .text(line: error.line, column: error.column))
        }
        guard json.canonicalBytes == bytes else {
            return Parsed(
                refused: "not canonical JSON", at: .pointer(""),
                hint: "only the one spelling of RFC 8785 can be compared byte for byte")
        }
        var problems: [AgreementReading.Problem] = []
        let root = node(json, at: "", &problems)
        return Parsed(root: root, problems: problems)
    }

    private static func node(
        _ json: JSON, at pointer: String, _ problems: inout [AgreementReading.Problem]
    ) -> TermNode {
        let place = AgreementReading.Place.pointer(pointer)
        switch json {
        case .object(let object):
            var members: [TermMember] = []
            for (key, value) in object.members {
                let inner = "\(pointer)/\(escaped(key))"
                members.append(
                    TermMember(
                        key: key, keyPlace: .pointer(inner), node: node(value, at: inner, &problems)
                    ))
            }
            return TermNode(content: .mapping(members), place: place)
        case .array(let array):
            var elements: [TermNode] = []
            for (position, element) in array.enumerated() {
                elements.append(node(element, at: "\(pointer)/\(position)", &problems))
            }
            return TermNode(content: .sequence(elements), place: place)
        case .string(let text):
            if let bad = text.unicodeScalars.first(where: { $0 != "\n" && YAMLSource.isRefused($0) }
            ) {
                problems.append(.init("\(YAMLSource.name(of: bad)) is not allowed", at: place))
            }
            return TermNode(content: .scalar(text), place: place)
        case .null, .bool, .integer, .decimal:
            problems.append(
                .init("every value of an agreement is text, a list or a mapping", at: place))
            return TermNode(content: .scalar(""), place: place)
        }
    }

    /// Source: RFC 6901 §3.
    private static func escaped(_ key: String) -> String {
        var escaped = ""
        for character in key.unicodeScalars {
            switch character {
            case "~": escaped += "~0"
            case "/": escaped += "~1"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}
