// SPDX-License-Identifier: Apache-2.0

public import Enforcement
public import PauseAgreement
public import TransparencyLog

/// The request that a scheduler or a person hands to a gate, as JSON.
///
/// `{"job","activity","compute"?,"model"?,"parents"?,"tenant","running"?}`; an unknown member is
/// refused, since a misspelt one would be a claim that nobody reads.
public enum JobFile {
    /// - Throws: ``MalformedStatement`` with the JSON pointer of what is wrong, also where the
    ///   tenant is a party that the agreement does not name.
    public static func parse(
        _ json: JSON, under agreement: Agreement
    ) throws(MalformedStatement) -> Job {
        var fields = try Fields(json)
        let job = Job(
            id: try id(&fields), activity: try fields.word("activity", as: Activity.self),
            compute: try compute(&fields), model: try fields.optionalDigest("model"),
            parents: try parents(&fields), tenant: try tenant(&fields, agreement),
            running: try fields.optionalBool("running") ?? false)
        try fields.end()
        return job
    }

    /// Printable and without spaces: it stands in log lines.
    private static func id(_ fields: inout Fields) throws(MalformedStatement) -> String {
        let text = try fields.string("job")
        guard (1...256).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { throw fields.missing("job", "1 to 256 printable ASCII characters without spaces") }
        return text
    }

    private static func compute(_ fields: inout Fields) throws(MalformedStatement) -> ExactDecimal?
    {
        guard let text = try fields.optionalString("compute") else { return nil }
        guard let quantity = Quantity(text), quantity.unit == .flop, quantity.value >= .zero else {
            throw fields.missing("compute", "a quantity such as \"3e25 FLOP\"")
        }
        return quantity.value
    }

    private static func parents(_ fields: inout Fields) throws(MalformedStatement) -> [Digest] {
        guard fields.optional("parents") != nil else { return [] }
        var digests: [Digest] = []
        for (position, element) in try fields.array("parents").enumerated() {
            guard let digest = element.string.flatMap({ Digest(hex: $0) }) else {
                throw fields.missing("parents/\(position)", "64 lower-case hex digits")
            }
            digests.append(digest)
        }
        return digests
    }

    private static func tenant(
        _ fields: inout Fields, _ agreement: Agreement
    ) throws(MalformedStatement) -> Tenant {
        switch try fields.string("tenant") {
        case "internal": return .internal
        case "external": return .external
        case let name:
            guard agreement.party(name) != nil else {
                throw fields.missing(
                    "tenant", "\"internal\", \"external\" or a party of the agreement")
            }
            return .party(name)
        }
    }
}
