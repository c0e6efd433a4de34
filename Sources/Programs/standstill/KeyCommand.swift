// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Disclosure
import PauseAgreement
import TransparencyLog

struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Make the key that a party signs or reads with, or show its public half.",
        subcommands: [New.self, Show.self]
    )

    struct New: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a private key in a new file that only you may read.",
            discussion: """
                Prints the key's ID and the line that the agreement holds for the party. An existing file is \
                never overwritten, and the secret is never printed. With --sealing it is a key to which \
                others seal what only this party shall read.

                  standstill key new developer-a --out developer-a.pem
                  standstill key new auditor-1 --sealing --out auditor-1-sealing.pem
                """)

        @Argument(help: "The party that will use it, as the agreement names it.")
        var name: String

        @Option(help: ArgumentHelp("Where the private key goes (PKCS #8 PEM).", valueName: "file"))
        var out: String

        @Flag(help: "A key to read with (X25519), not one to sign with (Ed25519).")
        var sealing = false

        @Flag(help: "Print one JSON document.")
        var json = false

        func validate() throws {
            guard name.isPlainName else {
                throw ValidationError(
                    "'\(name)' is no party's name: lower-case letters, digits, '-' and '.', at most 64"
                )
            }
        }

        func run() throws {
            let seed = freshBytes(32)
            let key: AnyKey =
                sealing
                ? .sealing(try SealingPrivateKey(seed: seed))
                : .signing(try PrivateKey(seed: seed))
            try createSecretFile(Array(key.pem.utf8), at: out)
            KeyCommand.show(key, name: name, file: out, json: json)
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the public half of a private key.",
            discussion: """
                Prints the key's ID and the line that the agreement holds for the party; never the secret.

                  standstill key show developer-a.pem
                """)

        @Argument(help: "The private key (PKCS #8 PEM).")
        var file: String

        @Flag(help: "Print one JSON document.")
        var json = false

        func run() throws {
            KeyCommand.show(try AnyKey.read(file), name: nil, file: file, json: json)
        }
    }

    private static func show(_ key: AnyKey, name: String?, file: String, json: Bool) {
        guard !json else {
            var object: JSONObject = ["file": .string(file), "keyid": .string(key.keyID)]
            object[key.member] = .string(key.line)
            object["party"] = name.map { .string($0) }
            return printJSON(.object(object))
        }
        if let name { print("\(key.sort) key of \(name) written to \(file)") }
        print("keyid: \(key.keyID)")
        print("\(key.member): \(key.line)")
    }
}

extension AnyKey {
    /// Secret and all: for the key file and nothing else.
    fileprivate var pem: String {
        switch self {
        case .signing(let key): key.pem
        case .sealing(let key): key.pem
        }
    }

    fileprivate var keyID: String {
        switch self {
        case .signing(let key): key.publicKey.keyID
        case .sealing(let key): key.publicKey.keyID
        }
    }

    /// The public half as the agreement holds it.
    fileprivate var line: String {
        switch self {
        case .signing(let key): Base64.encode(key.publicKey.spki)
        case .sealing(let key): key.publicKey.text
        }
    }

    /// Where the agreement holds it.
    fileprivate var member: String {
        switch self {
        case .signing: "key"
        case .sealing: "sealing-key"
        }
    }

    fileprivate var sort: String {
        switch self {
        case .signing: "private"
        case .sealing: "private sealing"
        }
    }
}
