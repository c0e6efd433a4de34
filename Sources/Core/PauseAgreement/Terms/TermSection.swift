// SPDX-License-Identifier: Apache-2.0

/// One value of the agreement with the path that messages call it by, such as
/// `measures.pause.grace`.
struct Term {
    let path: String
    /// The key that this stands under.
    let key: String
    let keyPlace: AgreementReading.Place
    let node: TermNode

    var place: AgreementReading.Place { node.place }

    init(path: String, key: String, keyPlace: AgreementReading.Place, node: TermNode) {
        self.path = path
        self.key = key
        self.keyPlace = keyPlace
        self.node = node
    }

    /// The whole text.
    init(root: TermNode) {
        self.init(path: "", key: "", keyPlace: root.place, node: root)
    }

    /// The members of a mapping, or nil where this is none.
    var members: [Term]? {
        node.members?.map {
            Term(
                path: path.isEmpty ? $0.key : "\(path).\($0.key)", key: $0.key,
                keyPlace: $0.keyPlace,
                node: $0.node)
        }
    }

    /// The elements of a list, or nil where this is none.
    var elements: [Term]? {
        node.elements?.enumerated().map {
            Term(
                path: "\(path)[\($0.offset + 1)]", key: "", keyPlace: $0.element.place,
                node: $0.element)
        }
    }
}

/// A mapping whose keys have been compared with what may stand there.
struct TermSection {
    let term: Term
    let members: [Term]

    /// Nil where the key is absent; if it had to be there, that has been said already.
    subscript(key: String) -> Term? { members.first { $0.key == key } }
}
