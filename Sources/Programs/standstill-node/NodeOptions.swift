// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// What a log and a monitor are both told.
struct NodeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The agreement: YAML, or its canonical JSON.", valueName: "file"))
    var agreement: String

    @Option(help: ArgumentHelp("The private key (PKCS #8 PEM, mode 0600).", valueName: "file"))
    var key: String

    @Option(
        help: ArgumentHelp(
            "Where it keeps its entries and marks: sqlite:PATH, a path, or postgres://USER@HOST/DATABASE.",
            valueName: "store"))
    var store: String

    @Option(
        help: ArgumentHelp("Where it listens; port 0 takes a free one.", valueName: "host:port"))
    var listen: String
}
