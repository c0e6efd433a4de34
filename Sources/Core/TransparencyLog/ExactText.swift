// SPDX-License-Identifier: Apache-2.0

extension String {
    /// Whether both are the same UTF-8 bytes.
    ///
    /// Swift's `==` takes composed and decomposed letters for equal; names and keys that are signed
    /// or looked up must not be, or two parties could read one name as two.
    func isExactly(_ other: String) -> Bool {
        let left = utf8
        let right = other.utf8
        return left.count == right.count && left.elementsEqual(right)
    }

    /// The text in quotes for a message to people: cut after 60 characters, and without those that
    /// could lay out or colour their screen.
    var shown: String {
        var shown = String.UnicodeScalarView()
        for scalar in unicodeScalars.prefix(60) {
            shown.append(scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) ? "?" : scalar)
        }
        return "\"\(String(shown))\(unicodeScalars.count > 60 ? "…" : "")\""
    }

    /// The text as it is in UTF-8.
    var bytes: [UInt8] { Array(utf8) }
}

extension [UInt8] {
    /// The text these bytes encode, or nil where they are not strict UTF-8.
    var text: String? { String(validating: self, as: UTF8.self) }
}
