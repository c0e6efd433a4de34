// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import PauseAgreement
import TransparencyLog

struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Make the key that a party signs with, or show its public half.",
        subcommands: [New.self, Show.self]
    )

    struct New: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a private key in a new file that only you may read.",
            discussion: """
                Prints the key's ID and the line that the agreement holds for the party. An existing file is \
                never overwritten, and the secret is never printed.

                  standstill key new developer-a --out developer-a.pem
                """)

        @Argument(help: "The party that will sign with it, as the agreement names it.")
        var name: String

        @Option(help: ArgumentHelp("Where the private key goes (PKCS #8 PEM).", valueName: "file"))
        var out: String

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
            var generator = SystemRandomNumberGenerator()
            let seed = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            let key = try PrivateKey(seed: seed)
            try createSecretFile(Array(key.pem.utf8), at: out)
            KeyCommand.show(key.publicKey, name: name, file: out, json: json)
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
            KeyCommand.show(try readPrivateKey(file).publicKey, name: nil, file: file, json: json)
        }
    }

    private static func show(_ key: PublicKey, name: String?, file: String, json: Bool) {
        let line = Base64.encode(key.spki)
        guard !json else {
            var object: JSONObject = [
                "file": .string(file), "keyid": .string(key.keyID), "key": .string(line),
            ]
            object["party"] = name.map { .string($0) }
            return printJSON(.object(object))
        }
        if let name { print("private key of \(name) written to \(file)") }
        print("keyid: \(key.keyID)")
        print("key: \(line)")
    }
}
