// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

/// Statements that a monitor holds because the node has not logged them, and what it knows to be
/// logged.
struct Holding: Sendable {
    /// Who said what, in 16 bytes, since there is one for every entry of the log.
    struct Print: Hashable, Comparable, Sendable {
        private let high: UInt64
        private let low: UInt64

        init(signer: String, payload: Digest) {
            let bytes = Digest.sha256(Array(signer.utf8) + [0] + payload.bytes).bytes
            high = bytes[0..<8].reduce(0) { $0 << 8 | UInt64($1) }
            low = bytes[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
        }

        static func < (a: Print, b: Print) -> Bool { (a.high, a.low) < (b.high, b.low) }
    }

    struct Held: Sendable {
        let slot: Int
        let signer: String
        let payload: Digest
        let kept: HeldStatement
        let accepted: Time
        var isLogged = false
        var isAcceptanceLogged = false
        /// Entries of the same party that came into the log meanwhile.
        var others = 0
        /// Whether its being overdue was reported.
        var isReported = false
        /// What the node said against it last.
        var trouble: String?
        /// By whom it is still to be taken.
        var targets: [Monitor.Source: Target]
    }

    /// Somebody whom a statement is passed on to.
    struct Target: Sendable {
        var next: Time
        var failures = 0
        var isAsked = false
    }

    /// An acceptance whose signature is being made.
    struct Signing: Sendable {
        let print: Print
        let signer: String
        let statement: Envelope
        let accepted: Time
        var tickets: [Ticket]
    }

    var held: [Print: Held] = [:]
    /// By the digests of the acceptances' payloads.
    var signing: [Digest: Signing] = [:]
    var logged: Set<Print> = []

    /// Unlogged statements of one party; more are refused. The law keeps as many acceptances.
    static let most = 64
    /// Whoever is not reached is tried again after this long, and then after twice as long.
    static let pause: Int64 = 1000
    static let longestPause: Int64 = 30_000

    /// In the order in which they were accepted.
    var prints: [Print] {
        held.keys.sorted { (held[$0]!.accepted, $0) < (held[$1]!.accepted, $1) }
    }

    func count(of signer: String) -> Int {
        held.values.count { $0.signer == signer } + signing.values.count { $0.signer == signer }
    }

    /// The lowest slot that is free.
    var freeSlot: Int {
        let taken = Set(held.values.map(\.slot))
        return (0...taken.count).first { !taken.contains($0) }!
    }
}
