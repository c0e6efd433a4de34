// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import PauseAgreement
import Storage
import TransparencyLog

/// Which site of which party, and where its samples lie.
struct SiteOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The site's name, as its party declared it.", valueName: "name"))
    var site: String

    @Option(help: ArgumentHelp("The folder that keeps the site's samples.", valueName: "folder"))
    var store: String

    @Option(help: ArgumentHelp("The party that runs the site.", valueName: "name"))
    var party: String

    func validate() throws {
        guard site.isPlainName else {
            throw ValidationError("--site wants a name of lower-case letters, digits, '.' and '-'")
        }
    }

    /// The party, which does covered work and whose keys these are.
    func party(under agreement: Agreement, keys: [String]) throws(Failure) -> Party {
        guard let party = agreement.party(self.party), party.doesCoveredWork else {
            let names = agreement.parties.filter(\.doesCoveredWork).map(\.name)
            throw .usage(
                "--party \(self.party): the agreement names no such party that does covered work",
                hint: "parties that do: \(names.joined(separator: ", "))")
        }
        for path in keys {
            guard party.keys.contains(try readPrivateKey(path).publicKey) else {
                throw .notPermitted("\(path): not a key of \(party.name)")
            }
        }
        return party
    }
}

/// Does something on the disk; what fails there becomes a ``Failure``.
func storing<Value>(_ body: () throws(StorageFault) -> Value) throws(Failure) -> Value {
    do throws(StorageFault) {
        return try body()
    } catch {
        let hint = error.code == .inUse ? "one process a site; end the other one first" : nil
        throw .fault("\(error)", hint: hint)
    }
}
