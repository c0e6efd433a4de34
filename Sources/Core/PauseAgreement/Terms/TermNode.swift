// SPDX-License-Identifier: Apache-2.0

import TransparencyLog

/// A part of an agreement's text with its place: mappings, sequences and strings, nothing else.
///
/// No scalar has a type before the reader gives it one, so that `NO` is Norway and `1e3` is not
/// 1000.
struct TermNode {
    indirect enum Content {
        /// In the order written, each key once.
        case mapping([TermMember])
        case sequence([TermNode])
        case scalar(String)
    }

    let content: Content
    let place: AgreementReading.Place

    var members: [TermMember]? {
        if case .mapping(let members) = content { members } else { nil }
    }

    var elements: [TermNode]? {
        if case .sequence(let elements) = content { elements } else { nil }
    }

    var scalar: String? {
        if case .scalar(let text) = content { text } else { nil }
    }

    subscript(key: String) -> TermNode? { members?.first { $0.key == key }?.node }

    /// What the agreement's id is the digest of.
    var json: JSON {
        switch content {
        case .mapping(let members): .object(JSONObject(members.map { ($0.key, $0.node.json) }))
        case .sequence(let elements): .array(elements.map(\.json))
        case .scalar(let text): .string(text)
        }
    }

    /// Where the member at this path stands: a scalar at itself, anything bigger at its key. Where
    /// the path ends early, the last part that exists.
    func place(of path: [String]) -> AgreementReading.Place {
        var node = self
        var place = self.place
        for key in path {
            guard let member = node.members?.first(where: { $0.key == key }) else { return place }
            node = member.node
            place = member.node.scalar == nil ? member.keyPlace : member.node.place
        }
        return place
    }
}

/// A key of a mapping, and what stands under it.
struct TermMember {
    let key: String
    let keyPlace: AgreementReading.Place
    let node: TermNode
}
