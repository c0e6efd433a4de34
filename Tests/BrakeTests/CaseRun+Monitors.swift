// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

@testable import Brake

/// Who watches, and who comes after them.
extension CaseRun {
    /// `in the monitors a, b, c signed by d, e`; before `signed`, each optional: `needing 3 with 1
    /// liar`, `as version 3`, `after another set`.
    func rotation(_ words: inout Words) throws -> PauseAgreement.Predicate {
        guard words.skip("in the monitors") else { throw Misread("expected \"in the monitors\"") }
        let current = play.brake.monitors.current
        let names = try words.names(before: ["needing", "as", "after", "signed"])
        var (version, previous) = (current.version + 1, current.digest)
        var terms = current.terms
        while !words.skip("signed by") {
            if words.skip("needing") {
                let signatures = try words.number()
                _ = words.skip("with")
                terms = MonitorTerms(signatures: signatures, liars: try words.number())
                _ = words.skip("liars") || words.skip("liar")
            } else if words.skip("as version") {
                version = Int64(try words.number())
            } else if words.skip("after another set") {
                previous = Digest.sha256([1])
            } else {
                throw Misread("not understood: \(words.rest)")
            }
        }
        let text = setText(names, version: version, previous: previous, terms)
        var note = UnverifiedNote(text: text, signatures: [])
        for signer in try words.names(before: []) {
            note.add(try .sign(text: text, as: keyName(signer), with: Scene.key(signer)))
        }
        return .monitors(MonitorRotation(note: note))
    }

    private func keyName(_ monitor: String) -> String {
        "\(monitor).\(play.agreement.log.origin.split(separator: "/")[0])"
    }

    /// Written line by line, so that a case can also write what the code would never write.
    private func setText(
        _ names: [String], version: Int64, previous: Digest, _ terms: MonitorTerms
    ) -> String {
        let keys = names.compactMap {
            NoteKey(name: keyName($0), algorithm: .ed25519, key: Scene.key($0).publicKey)?.vkey
        }
        let head = [
            "standstill.example/monitors/v1", "agreement \(play.agreement.id.hex)",
            "version \(version)", "previous \(previous.hex)",
            "signatures \(terms.signatures) liars \(terms.liars)",
        ]
        return (head + keys).joined(separator: "\n") + "\n"
    }

    /// `version 2: a, b, c`.
    func expectMonitors(_ words: inout Words) throws {
        guard words.skip("version") else { throw Misread("expected \"version\"") }
        let set = play.brake.monitors.current
        try same(set.version, Int64(try words.number()))
        guard words.skip(":") else { return }
        try same(set.members.map(\.party), try words.names(before: []))
        let order = play.brake.order(
            at: time, size: TreeSize(UInt64(play.leaves.count)), root: MerkleHash.empty,
            silentSince: nil)
        try same(order.monitors, set.name)
        try same(state.monitors.map(\.set) ?? play.agreement.monitors, set)
    }
}
