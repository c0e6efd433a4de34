// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import PauseAgreement
import TransparencyLog

struct DraftCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "draft",
        abstract: "Write down a statement that others are to approve before the party signs it.",
        discussion: """
            Holds what the statement will say, under which agreement and with which sequence, who wrote it \
            and why; nothing is signed. What the log would refuse by its form is refused here. The file holds \
            what is not for the public in the open, so only you may read it.

              standstill draft vote vote.json --agreement pause.yaml --drafter ada \\
                --note 'as agreed on Monday' --out vote.draft
              standstill approve vote.draft --key grace.pem --out vote.approved
              standstill sign --draft vote.approved --approvals 1 --approvers people.json \\
                --agreement pause.yaml --key party.pem --out vote.signed.json
            """)

    @Argument(help: "What kind of statement it is.")
    var kind: StatementKind

    @Argument(
        help: ArgumentHelp(
            "The statement's members, or - for standard input.", valueName: "predicate.json"))
    var predicate: String

    @Option(help: ArgumentHelp("The agreement that it is to stand under.", valueName: "file"))
    var agreement: String

    @Option(help: ArgumentHelp("Who writes it, as in the file of approvers.", valueName: "name"))
    var drafter: String

    @Option(help: "Why, for those who are to approve it; not part of the statement.")
    var note = ""

    @OptionGroup var numbering: SequenceOption

    @Option(help: ArgumentHelp("Where the draft goes.", valueName: "file"))
    var out: String

    func validate() throws {
        guard drafter.isPlainName else {
            throw ValidationError(
                "--drafter wants a name of lower-case letters, digits, '.' and '-', not '\(drafter)'"
            )
        }
    }

    func run() throws {
        let agreement = try readAgreement(agreement)
        let members = try readJSON(predicate)
        let (statement, _) = try Statement.draft(
            kind, members, from: predicate, sequence: numbering.sequence, under: agreement)
        let draft = Draft(
            of: kind, members.object ?? [:], sequence: statement.sequence, under: agreement,
            by: drafter, note: note, at: .now)
        try draft.write(to: out)
        guard out != "-" else { return }
        print("\(kind.rawValue) drafted, sequence \(draft.sequence), written to \(out)")
        print("digest: \(draft.digest.hex)")
    }
}

struct ApproveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Approve a draft: sign its digest as a second person.",
        discussion: """
            Prints what is approved, all of it, and adds a signature over the draft's digest by your own \
            approval key, which is no key of the agreement. Approvals come one after the other: the file with \
            yours goes on to the next.

              standstill approve vote.draft --key grace.pem --out vote.approved
            """)

    @Argument(help: ArgumentHelp("The draft, with the approvals so far.", valueName: "file"))
    var draft: String

    @Option(help: ArgumentHelp("Your own approval key.", valueName: "file"))
    var key: String

    @Option(help: ArgumentHelp("Where the draft with your approval goes.", valueName: "file"))
    var out: String

    func run() throws {
        var draft = try Draft.read(draft)
        try draft.approve(with: try readPrivateKey(key))
        try draft.write(to: out)
        guard out != "-" else { return }
        for line in draft.sentences { print(line) }
        print(
            "approved; \(draft.approvals.count == 1 ? "1 approval" : "\(draft.approvals.count) approvals")"
                + " in \(out)")
    }
}

extension Draft {
    /// All that an approval is about.
    var sentences: [String] {
        [
            "\(kind.rawValue) under agreement \(agreement.hex), sequence \(sequence)",
            "drafted by \(drafter) at \(drafted)\(note.isEmpty ? "" : ": \(note)")",
            "digest: \(digest.hex)",
            String(decoding: JSON.object(members).prettyBytes.dropLast(), as: UTF8.self),
        ]
    }
}

/// A draft to be signed, and how many people have to have approved it.
struct ApprovalOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "An approved draft, instead of a kind and its members.", valueName: "file"))
    var draft: String?

    @Option(
        help: ArgumentHelp(
            "How many people other than its author must have approved the draft. (default: 1)",
            valueName: "n"))
    var approvals: Int?

    @Option(
        help: ArgumentHelp(
            "Whose approvals count: a JSON object from names to public keys.", valueName: "file"))
    var approvers: String?

    func validate() throws {
        guard draft != nil else {
            guard approvals == nil, approvers == nil else {
                throw ValidationError("--approvals and --approvers are about a --draft")
            }
            return
        }
        guard approvers != nil else {
            throw ValidationError("--draft wants --approvers: whose approvals count")
        }
        if let approvals, !(1...64).contains(approvals) {
            throw ValidationError("--approvals is a number from 1 to 64")
        }
    }

    /// The draft, if enough people have approved it for this agreement.
    ///
    /// - Throws: ``Failure`` 77 where too few have.
    func approved(under agreement: Agreement) throws(Failure) -> Draft? {
        guard let path = draft, let approvers else { return nil }
        let draft = try Draft.read(path)
        guard draft.agreement == agreement.id, draft.terms == agreement.terms else {
            throw .notPermitted(
                "\(path): drafted and approved under other terms (\(draft.terms.hex))",
                hint: "draft it again under the agreement as it is now")
        }
        let known = try Approvers.read(approvers)
        let names = draft.approvers(among: known)
        let needed = approvals ?? 1
        guard names.count >= needed else {
            let by = names.isEmpty ? "nobody" : names.joined(separator: ", ")
            throw .notPermitted(
                "\(path): approved by \(by), and \(needed) "
                    + "\(needed == 1 ? "person" : "people") other than \(draft.drafter) must have",
                hint: "standstill approve \(path) --key KEY.pem --out FILE")
        }
        return draft
    }
}
