// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// Somebody hands in the note by which the monitors that count name those that count from now on.
///
/// The note carries its own signatures: who hands it in adds nothing to it.
public struct MonitorRotation: Hashable, Sendable {
    /// The signed text of the next ``MonitorSet``, unverified.
    public let note: UnverifiedNote

    /// The most bytes of a note.
    static let largestNote = 32_768

    public init(note: UnverifiedNote) {
        self.note = note
    }

    init(_ fields: inout Fields) throws(MalformedStatement) {
        let text = try fields.string("note")
        guard text.utf8.count <= MonitorRotation.largestNote,
            let note = try? UnverifiedNote(parsing: Array(text.utf8)),
            note.bytes.elementsEqual(text.utf8), note.text.hasPrefix("\(MonitorSet.header)\n")
        else {
            throw fields.missing("note", "a signed note that begins with \(MonitorSet.header)")
        }
        self.note = note
    }

    public var json: JSONObject { ["note": .string(String(decoding: note.bytes, as: UTF8.self))] }

    /// The version that the note says it is, such as `version 2`; nil where its third line says
    /// nothing of the kind.
    public var versionLine: String? {
        let lines = note.text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count > 2, lines[2].hasPrefix("version "), lines[2].utf8.count <= 32 else {
            return nil
        }
        return String(lines[2])
    }
}
