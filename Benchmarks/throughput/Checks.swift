// SPDX-License-Identifier: Apache-2.0

import Brake
import Foundation
import PauseAgreement
import TransparencyLog

/// What admission costs, and what part of that is the signature.
struct Checks {
    private let lines: [[UInt8]]
    private let brake: Brake
    private let keys: [String: PublicKey]

    init(_ arguments: [String]) throws {
        lines = try Data(contentsOf: URL(filePath: arguments[1])).split(separator: 0x0A)
            .map { Array($0) }
        let agreement = try Throughput.read(agreement: arguments[2])
        brake = Brake(agreement: agreement)
        keys = Dictionary(
            agreement.parties.flatMap(\.keys).map { ($0.keyID, $0) }, uniquingKeysWith: { $1 })
    }

    func run() throws {
        let clock = ContinuousClock()
        var envelopes: [Envelope] = []
        let parsing = try clock.measure {
            envelopes = try lines.map { try Envelope(json: try JSON.parse($0)) }
        }
        let checking = clock.measure {
            for envelope in envelopes {
                let message = Envelope.pae(
                    payloadType: envelope.payloadType, payload: envelope.payload)
                for signature in envelope.signatures {
                    let holds = keys[signature.keyID]!.verifies(signature.signature, over: message)
                    precondition(holds, "the statements are signed")
                }
            }
        }
        let admitting = clock.measure {
            for (place, envelope) in envelopes.enumerated() {
                guard case .admitted = brake.admit(envelope, bytes: lines[place].count) else {
                    fatalError("statement \(place) is refused")
                }
            }
        }
        let all = parsing + admitting
        print("parsing    \(rate(lines.count, parsing))/s")
        print("Ed25519    \(rate(lines.count, checking))/s")
        print("admission  \(rate(lines.count, admitting))/s, Ed25519 included")
        print("share of Ed25519 in parsing and admission: \(Int(100 * (checking / all))) %")
    }
}
