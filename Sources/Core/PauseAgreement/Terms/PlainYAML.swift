// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// YAML of other programs, read as strictly as an agreement: no anchors, tags, merge keys or
/// duplicate keys, at most 1 MiB, and every scalar a text as it is written.
public enum PlainYAML {
    /// - Throws: the first problem, with its line and column.
    public static func parse(_ text: String) throws(AgreementReading.Problem) -> JSON {
        let parsed = AgreementText.parse(yaml: text)
        if let problem = parsed.problems.first { throw problem }
        guard let root = parsed.root else {
            throw AgreementReading.Problem("the file is empty", at: .text(line: 1, column: 1))
        }
        return root.json
    }
}
