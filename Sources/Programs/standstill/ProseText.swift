// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

/// The agreement's authentic text, by article.
struct ProseText {
    private let lines: [Substring]

    init(_ text: String) {
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// The authentic text beside an agreement's file, or at a path; nil where none is at hand.
    ///
    /// - Throws: ``Failure`` 1 where the file is another text than the agreement names, 74 where
    ///   the path that was asked for cannot be read.
    static func find(
        of agreement: Agreement, at path: String?, beside file: String?
    ) throws(Failure) -> ProseText? {
        guard let prose = agreement.prose else { return nil }
        let bytes: [UInt8]
        if let path {
            bytes = try readFile(path, limit: 1 << 24)
        } else if let file, file != "-" {
            let folder = file.contains("/") ? String(file[...file.lastIndex(of: "/")!]) : ""
            guard let found = try? readFile(folder + prose.file, limit: 1 << 24) else { return nil }
            bytes = found
        } else {
            return nil
        }
        guard Digest.sha256(bytes) == prose.digest else {
            throw .doesNotHold(
                "\(path ?? prose.file): not the authentic text that the agreement names",
                hint: "its SHA-256 has to be \(prose.digest.hex)")
        }
        return ProseText(String(decoding: bytes, as: UTF8.self))
    }

    /// What an article says, on one line: `4.3` is the paragraph of that number, `2` all under that
    /// heading. Nil where the text has no such article.
    func article(_ number: String) -> String? {
        if let start = lines.firstIndex(where: { $0.hasPrefix("\(number) ") }) {
            return joined(lines[start...].prefix { !$0.isEmpty })
        }
        let heading = lines.firstIndex { line in
            let words = line.split(separator: " ")
            return line.hasPrefix("#") && words.count > 2 && words[1] == "Article"
                && words[2] == number
        }
        guard let heading else { return nil }
        return joined(lines[(heading + 1)...].prefix { !$0.hasPrefix("#") })
    }

    private func joined(_ part: some Sequence<Substring>) -> String? {
        let text = part.filter { !$0.isEmpty }.joined(separator: " ")
        return text.isEmpty ? nil : text
    }
}
