// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import TransparencyLog

extension LogWatch {
    /// An alarm where an entry brings another set of monitors of a version that was there before,
    /// and enough of the set in front of it have signed both: the first counts, but some of them
    /// have signed two.
    ///
    /// To be asked once the entry is folded.
    func secondSet(in entry: Entry) -> Sighting? {
        guard case .monitors(let rotation) = entry.statement.predicate,
            let other = try? MonitorSet(parsing: rotation.note.text, under: agreement)
        else { return nil }
        let chain = law.monitors
        guard let place = Int(exactly: other.version), place <= chain.sets.count,
            chain.sets[place - 1] != other
        else { return nil }
        let before = chain.sets[place - 2]
        let signers = before.signatures(of: rotation.note).parties
        guard other.previous == before.digest, signers.count >= before.needed else { return nil }
        return alarm(
            .twoMonitorSets,
            "entry \(entry.index) brings a second version \(other.version) of the monitors, signed by "
                + signers.joined(separator: ", "), [chain.notes[place - 2], rotation.note])
    }
}
