// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

/// Whom an envelope speaks for.
enum Speaker: Hashable, Sendable {
    /// The log's own key, which is no party.
    case log
    /// The place of a party in the agreement.
    case party(Int)
}

/// The agreement's parties by name and by key, looked up once for every entry.
struct Roster: Sendable {
    struct KeyHolder: Sendable {
        let speaker: Speaker
        let key: PublicKey
    }

    let parties: [Party]
    /// Places of the council's members that are parties, in the order of names.
    let council: [Int]
    private let logName: String
    private let places: [String: Int]
    private let holders: [String: KeyHolder]

    init(_ agreement: Agreement) {
        parties = agreement.parties.sorted { $0.name < $1.name }
        logName = agreement.log.origin
        var places: [String: Int] = [:]
        var holders: [String: KeyHolder] = [:]
        for (place, party) in parties.enumerated() {
            places[party.name] = place
            for key in party.keys {
                holders[key.keyID] = KeyHolder(speaker: .party(place), key: key)
            }
        }
        holders[agreement.log.key.keyID] = KeyHolder(speaker: .log, key: agreement.log.key)
        self.places = places
        self.holders = holders
        council = agreement.decisions.council.sorted().compactMap { places[$0] }
    }

    func place(of name: String) -> Int? { places[name] }
    func holder(ofKeyID keyID: String) -> KeyHolder? { holders[keyID] }

    func name(of speaker: Speaker) -> String {
        switch speaker {
        case .log: logName
        case .party(let place): parties[place].name
        }
    }
}
