// SPDX-License-Identifier: Apache-2.0

import TransparencyLog

/// Notes of several monitors, joined where they are over the same text.
///
/// Every line is kept, also two by one name: which of them is a signature is for verifying to say,
/// and a false line must not push out a true one.
func merged(_ notes: [UnverifiedNote]) -> [UnverifiedNote] {
    var joined: [UnverifiedNote] = []
    for note in notes {
        let same = joined.firstIndex { $0.text.utf8.elementsEqual(note.text.utf8) }
        guard let same else {
            joined.append(note)
            continue
        }
        let known = joined[same].signatures
        let new = note.signatures.filter { !known.contains($0) }
        joined[same] = UnverifiedNote(text: note.text, signatures: known + new)
    }
    return joined
}
