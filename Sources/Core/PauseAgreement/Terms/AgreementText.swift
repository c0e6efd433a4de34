// SPDX-License-Identifier: Apache-2.0

import TransparencyLog
import Yams

/// Turns an agreement's text into a tree: strict YAML, without anything that two readers could read
/// differently.
///
/// Refused: anchors, aliases, tags, merge keys, duplicate keys, keys that are no text, directives,
/// several documents, tabs, control and invisible directional characters, nesting beyond 32 levels.
enum AgreementText {
    struct Parsed {
        /// Nil where the text has no structure at all.
        let root: TermNode?
        let problems: [AgreementReading.Problem]
    }

    static let deepestNesting = 32
    static let mostBytes = 1 << 20

    static func parse(yaml text: String) -> Parsed {
        guard text.utf8.count <= mostBytes else {
            return Parsed(refused: "the text has more than 1 MiB", at: .text(line: 1, column: 1))
        }
        let source = YAMLSource(text)
        let traps = source.traps
        guard traps.isEmpty else { return Parsed(root: nil, problems: traps) }
        do {
            // No resolver, since text has no types; the encoding is named, because the default
            // looks into the environment.
            let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            guard let node = try parser.singleRoot() else {
                return Parsed(refused: "the file holds no agreement", at: .text(line: 1, column: 1))
            }
            var conversion = YAMLConversion(source: source)
            let root = conversion.node(node, depth: 1)
            return Parsed(root: root, problems: conversion.problems)
        } catch {
            return Parsed(root: nil, problems: [source.problem(error)])
        }
    }

    static func firstPlaceThatIsNotUTF8(in bytes: [UInt8]) -> AgreementReading.Place {
        var (line, column) = (1, 1)
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        while case .scalarValue(let scalar) = decoder.decode(&iterator) {
            (line, column) = scalar == "\n" ? (line + 1, 1) : (line, column + 1)
        }
        return .text(line: line, column: column)
    }
}

extension AgreementText.Parsed {
    init(refused message: String, at place: AgreementReading.Place, hint: String? = nil) {
        self.init(root: nil, problems: [.init(message, at: place, hint: hint)])
    }
}

/// From Yams' nodes to ours.
private struct YAMLConversion {
    let source: YAMLSource
    var problems: [AgreementReading.Problem] = []

    mutating func node(_ node: Node, depth: Int) -> TermNode {
        let place = AgreementReading.Place(node.mark)
        refuseProperties(at: place)
        guard depth <= AgreementText.deepestNesting else {
            problems.append(
                .init("nested deeper than \(AgreementText.deepestNesting) levels", at: place))
            return TermNode(content: .scalar(""), place: place)
        }
        switch node {
        case .scalar(let scalar):
            refuseControls(in: scalar.string, at: place)
            return TermNode(content: .scalar(scalar.string), place: place)
        case .sequence(let sequence):
            return TermNode(
                content: .sequence(sequence.map { self.node($0, depth: depth + 1) }), place: place)
        case .mapping(let mapping):
            return TermNode(content: .mapping(members(mapping, depth: depth)), place: place)
        case .alias:
            problems.append(.init("aliases are not allowed", at: place, hint: AgreementText.twice))
            return TermNode(content: .scalar(""), place: place)
        }
    }

    private mutating func members(_ mapping: Node.Mapping, depth: Int) -> [TermMember] {
        var members: [TermMember] = []
        for (keyNode, valueNode) in mapping {
            let place = AgreementReading.Place(keyNode.mark)
            let key = node(keyNode, depth: depth)
            let value = node(valueNode, depth: depth + 1)
            guard let name = key.scalar else {
                problems.append(.init("a key must be text", at: place))
                continue
            }
            if name == "<<" {
                problems.append(
                    .init("merge keys are not allowed", at: place, hint: AgreementText.twice))
            } else if members.contains(where: { $0.key == name }) {
                problems.append(.init("the key \"\(name)\" stands here a second time", at: place))
            } else {
                members.append(TermMember(key: name, keyPlace: place, node: value))
            }
        }
        return members
    }

    /// Anchors and tags stand at the start of their node, where nothing else can begin with `&` or
    /// `!`.
    private mutating func refuseProperties(at place: AgreementReading.Place) {
        // A mapping begins where its first key does.
        guard problems.last?.place != place else { return }
        switch source.scalar(at: place) {
        case "&":
            problems.append(.init("anchors are not allowed", at: place, hint: AgreementText.twice))
        case "!":
            problems.append(
                .init(
                    "tags are not allowed", at: place,
                    hint: "every value is text, exactly as written"))
        default: break
        }
    }

    /// Escapes such as `\x07` come out only here.
    private mutating func refuseControls(in text: String, at place: AgreementReading.Place) {
        guard let bad = text.unicodeScalars.first(where: { $0 != "\n" && YAMLSource.isRefused($0) })
        else { return }
        problems.append(.init("\(YAMLSource.name(of: bad)) is not allowed, nor escaped", at: place))
    }
}

extension AgreementText {
    fileprivate static let twice =
        "write it out wherever it holds: the text must mean what it shows"
}

extension AgreementReading.Place {
    fileprivate init(_ mark: Mark?) {
        self = .text(line: mark?.line ?? 1, column: mark?.column ?? 1)
    }
}
