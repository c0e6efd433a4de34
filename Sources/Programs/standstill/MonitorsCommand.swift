// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import PauseAgreement
import TransparencyLog

struct MonitorsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "monitors",
        abstract: "Change the monitors whose signatures count, and see how they changed.",
        discussion: """
            Enough of the monitors that count sign the next set; once that is logged, orders need the \
            signatures of the new set. Nobody else can change it, and the log shows who did.

              standstill monitors propose --agreement pause.yaml --signatures 3 --liars 1 \\
                --monitor monitor-1 --monitor monitor-2 --monitor monitor-3 \\
                --monitor monitor-5=MCowBQYDK2VwAyEA… --out next.monitors
              standstill monitors sign next.monitors --agreement pause.yaml --key monitor-1.pem
              standstill monitors show next.monitors --agreement pause.yaml
              standstill monitors submit next.monitors --agreement pause.yaml \\
                --key secretariat.pem --node https://log.example
            """,
        subcommands: [
            Propose.self, Sign.self, Show.self, Submit.self, Fetch.self, Policy.self,
        ])
}

// MARK: - propose

extension MonitorsCommand {
    struct Propose: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write the next set of monitors, for those that count to sign.",
            discussion: """
                Name every monitor of the next set. One that counts already keeps its key; for any other, \
                or for a new key, give NAME=KEY as an agreement writes keys.

                  standstill monitors propose --agreement pause.yaml --signatures 3 --liars 1 \\
                    --monitor monitor-1 --monitor monitor-2 --monitor monitor-3 \\
                    --monitor monitor-5=MCowBQYDK2VwAyEA… --out next.monitors
                """)

        @OptionGroup var chain: ChainOptions

        @Option(help: ArgumentHelp("How many have to sign an order.", valueName: "n"))
        var signatures: Int

        @Option(help: ArgumentHelp("How many may lie.", valueName: "n"))
        var liars: Int

        @Option(
            name: .customLong("monitor"),
            help: ArgumentHelp("A monitor of the next set; give it once each.", valueName: "name"))
        var monitors: [String]

        @Option(
            help: ArgumentHelp(
                "Where the text goes, instead of standard output.", valueName: "file"))
        var out: String?

        func run() async throws {
            let (agreement, chain) = try await chain.read()
            var members: [(party: String, key: PublicKey)] = []
            for given in monitors { members.append(try member(given, of: chain.current)) }
            let next: MonitorSet
            do throws(UnfitMonitorSet) {
                next = try agreement.monitors(
                    after: chain.current,
                    terms: MonitorTerms(signatures: signatures, liars: liars), members: members)
            } catch {
                throw Failure.doesNotHold("no set that this agreement can have: \(error.reason)")
            }
            try OutputFile.write(Array(next.text.utf8), to: out ?? "-")
            guard let out, out != "-" else { return }
            print(next.summary(after: chain.current))
            print(
                "to be signed by \(chain.current.needed) of \(chain.current.names), written to \(out)"
            )
        }

        private func member(
            _ given: String, of set: MonitorSet
        ) throws(Failure) -> (party: String, key: PublicKey) {
            let parts = given.split(separator: "=", maxSplits: 1).map(String.init)
            let name = parts.first ?? ""
            guard parts.count == 2 else {
                guard let held = set.member(name) else {
                    throw .usage(
                        "--monitor \(given): it does not count yet, so give its key",
                        hint: "--monitor \(name)=KEY, as `standstill key show` prints it")
                }
                return (name, held.order.key)
            }
            guard let spki = Base64.decode(parts[1]), let key = try? PublicKey(spki: spki) else {
                throw .usage("--monitor \(given): expected NAME=KEY, an Ed25519 key in base64")
            }
            return (name, key)
        }
    }
}

// MARK: - sign, show

extension MonitorsCommand {
    struct Sign: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sign the next set, as one of the monitors that count.",
            discussion: """
                Says what would change, and adds the signature to the file. Sign one set of a version only: \
                the first that is logged counts, and two that are well signed are an alarm.

                  standstill monitors sign next.monitors --agreement pause.yaml --key monitor-1.pem
                """)

        @Argument(help: ArgumentHelp("The next set.", valueName: "file"))
        var file: String

        @OptionGroup var chain: ChainOptions

        @Option(help: ArgumentHelp("The private key of a monitor that counts.", valueName: "file"))
        var key: String

        @Option(
            help: ArgumentHelp(
                "Where the signed note goes, instead of the file.", valueName: "file"))
        var out: String?

        func run() async throws {
            let (agreement, chain) = try await chain.read()
            let (note, next) = try readNextSet(file, after: chain, under: agreement)
            let key = try readPrivateKey(key)
            guard let own = chain.current.members.first(where: { $0.order.key == key.publicKey })
            else {
                throw Failure.notPermitted(
                    "\(self.key): no key of a monitor that counts",
                    hint: "they are \(chain.current.names)")
            }
            var signed = note
            guard
                let line = try? NoteSignature.sign(text: note.text, as: own.order.name, with: key)
            else { throw Failure.bug("\(self.key): this key cannot sign") }
            signed.add(line)
            try OutputFile.write(signed.bytes, to: out ?? file)
            guard out != "-" else { return }
            print(next.summary(after: chain.current))
            print(chain.current.tally(of: signed))
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show which monitors count, or what a next set would change.",
            discussion: """
                Exit 0 where enough have signed the next set, 1 where more have to.

                  standstill monitors show --agreement pause.yaml --node https://log.example
                  standstill monitors show next.monitors --agreement pause.yaml
                """)

        @Argument(help: ArgumentHelp("A next set.", valueName: "file"))
        var file: String?

        @OptionGroup var chain: ChainOptions

        @Flag(help: "Print one JSON document.")
        var json = false

        func run() async throws {
            let (agreement, chain) = try await chain.read()
            let current = chain.current
            guard let file else {
                return json ? printJSON(.object(current.members(signedBy: nil))) : show(current)
            }
            let (note, next) = try readNextSet(file, after: chain, under: agreement)
            let signed = current.signatures(of: note).parties
            if json {
                printJSON(.object(next.members(signedBy: signed)))
            } else {
                print(next.summary(after: current))
                print(current.tally(of: note))
            }
            guard signed.count >= current.needed else { throw ExitCode(1) }
        }

        private func show(_ set: MonitorSet) {
            print(
                "version \(set.version): \(set.terms.signatures) of \(set.members.count) sign each "
                    + "order, \(set.terms.liars) may lie")
            for member in set.members { print("  \(member.party)  \(member.order.vkey)") }
        }
    }
}

// MARK: - submit, fetch, policy

extension MonitorsCommand {
    struct Submit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Hand the signed next set to a log node.",
            discussion: """
                Any monitor of the agreement, the secretariat or the depositary may hand it in; the note's \
                own signatures decide. It counts from the entry that it becomes.

                  standstill monitors submit next.monitors --agreement pause.yaml \\
                    --key secretariat.pem --node https://log.example
                """)

        @Argument(help: ArgumentHelp("The signed next set.", valueName: "file"))
        var file: String

        @OptionGroup var signing: SigningOptions

        @OptionGroup var numbering: SequenceOption

        @OptionGroup var node: NodeOption

        @Option(help: ArgumentHelp("Where the receipt goes.", valueName: "file.tlog-proof"))
        var receipt: String?

        @Flag(help: "Print one JSON document.")
        var json = false

        func run() async throws {
            let client = try node.client()
            let agreement = try readAgreement(signing.agreement)
            let chain = try await monitorChain(of: client, agreement)
            let (note, next) = try readNextSet(file, after: chain, under: agreement)
            guard chain.current.signatures(of: note).parties.count >= chain.current.needed else {
                throw Failure.doesNotHold(
                    "\(file): \(chain.current.tally(of: note))",
                    hint: "standstill monitors sign \(file) --agreement … --key …")
            }
            let members: JSON = .object(MonitorRotation(note: note).json)
            let signed = try signing.sign(
                .monitors, members, from: file, sequence: numbering.sequence)
            let outcome = try await SubmissionOutcome(
                signed.envelope, to: client, policy: agreement.policy(monitors: next))
            try outcome.finish(receipt: receipt, json: json)
        }
    }

    struct Fetch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write how the monitors changed, checked from the agreement on.",
            discussion: """
                For those who check offline: what enough of each set have signed, from the agreement's own \
                on. Which of it is logged, the log says.

                  standstill monitors fetch --agreement pause.yaml --node https://log.example \\
                    --out changes.json
                """)

        @OptionGroup var chain: ChainOptions

        @Option(help: ArgumentHelp("Where it goes, instead of standard output.", valueName: "file"))
        var out: String?

        func run() async throws {
            let (_, chain) = try await chain.read()
            try OutputFile.write(chain.json.canonicalBytes + [0x0A], to: out ?? "-")
        }
    }

    struct Policy: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the witness policy of the monitors that count now.",
            discussion: """
                Like `standstill agreement policy`, after the monitors have changed.

                  standstill monitors policy --agreement pause.yaml --node https://log.example
                """)

        @OptionGroup var chain: ChainOptions

        func run() async throws {
            let (agreement, chain) = try await chain.read()
            print(agreement.policy(monitors: chain.current).text, terminator: "")
        }
    }
}

// MARK: - Sets in words

/// The next set of a file: the bare text, or a note that some have signed.
private func readNextSet(
    _ path: String, after chain: MonitorChain, under agreement: Agreement
) throws(Failure) -> (note: UnverifiedNote, set: MonitorSet) {
    let bytes = try readFile(path, limit: UnverifiedNote.maximumBytes)
    guard let text = String(validating: bytes, as: UTF8.self), text.hasSuffix("\n"),
        text.hasPrefix("\(MonitorSet.header)\n"), !text.utf8.contains(where: { $0 == 0x0D })
    else { throw .malformed("\(path): no set of monitors: it begins with \(MonitorSet.header)") }
    let note = (try? UnverifiedNote(parsing: bytes)) ?? UnverifiedNote(text: text, signatures: [])
    let set: MonitorSet
    do throws(UnfitMonitorSet) {
        set = try MonitorSet(parsing: note.text, under: agreement)
    } catch {
        throw .malformed("\(path):\(error.line): \(error.reason)")
    }
    guard set.version == chain.current.version + 1, set.previous == chain.current.digest else {
        throw .doesNotHold(
            "\(path): it is version \(set.version), and does not follow version "
                + "\(chain.current.version), which counts",
            hint: "name a --node or --changes, so that changes so far are known")
    }
    return (note, set)
}

extension MonitorSet {
    fileprivate var names: String { members.map(\.party).joined(separator: ", ") }

    /// `version 2, 3 of 4 with 1 liar: monitor-5 joins; monitor-4 leaves`.
    fileprivate func summary(after old: MonitorSet) -> String {
        let joining = members.filter { old.member($0.party) == nil }.map { "\($0.party) joins" }
        let leaving = old.members.filter { member($0.party) == nil }.map { "\($0.party) leaves" }
        let changed = members.filter {
            old.member($0.party).map(\.order.key) ?? $0.order.key != $0.order.key
        }
        .map { "\($0.party) has a new key" }
        let changes = joining + leaving + changed
        return
            "version \(version), \(terms.signatures) of \(members.count) sign, \(terms.liars) may lie: "
            + (changes.isEmpty ? "the same monitors" : changes.joined(separator: "; "))
    }

    /// Who of this set has signed a note, and how many more have to.
    fileprivate func tally(of note: UnverifiedNote) -> String {
        let signed = signatures(of: note).parties
        let by = signed.isEmpty ? "nobody" : signed.joined(separator: ", ")
        let missing = needed - signed.count
        return missing > 0
            ? "signed by \(by); \(missing) more of version \(version) have to sign"
            : "signed by \(by): enough of version \(version)"
    }

    fileprivate func members(signedBy signers: [String]?) -> JSONObject {
        var object: JSONObject = [
            "version": .integer(version), "sha256": .string(digest.hex),
            "signatures": .integer(Int64(terms.signatures)), "liars": .integer(Int64(terms.liars)),
            "keys": .array(members.map { .string($0.order.vkey) }),
        ]
        object["signed-by"] = signers.map { .array($0.map { .string($0) }) }
        return object
    }
}
