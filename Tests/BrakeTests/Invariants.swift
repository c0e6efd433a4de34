// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import Testing
import TransparencyLog

@testable import Brake

/// What must hold of every log, whatever it says.
func checkInvariants(of play: Play, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let entries = try play.leaves.enumerated().map {
        try Entry(parsing: $0.element, index: LogIndex(UInt64($0.offset)))
    }
    let last = entries.last?.received ?? Scene.firstDay
    let later = last + TimeSpan(milliseconds: 400 * 86_400_000)
    let bytes = play.brake.state.json.canonicalBytes
    let bytesLater = play.brake.state(at: later).json.canonicalBytes

    // Folded once more, with other questions asked in between, the state has the same bytes.
    var again = Brake(agreement: play.agreement)
    for entry in entries {
        again.advance(to: entry.received)
        if entry.index.value % 8 == 0 { _ = again.state(at: later).json }
        again.fold(entry)
    }
    #expect(again.state.json.canonicalBytes == bytes, sourceLocation: sourceLocation)

    // Ticks every few hours change nothing about where it ends.
    var ticking = Brake(agreement: play.agreement)
    for entry in entries { ticking.fold(entry) }
    var tick = last
    while tick < later {
        tick = min(later, tick + TimeSpan(milliseconds: 37 * 3_600_000))
        ticking.advance(to: tick)
    }
    #expect(ticking.state.json.canonicalBytes == bytesLater, sourceLocation: sourceLocation)

    checkEpochs(entries, agreement: play.agreement, until: later, sourceLocation: sourceLocation)
}

/// The epoch grows by one with each event that changes what an order says, and with no other.
private func checkEpochs(
    _ entries: [Entry], agreement: Agreement, until end: Time, sourceLocation: SourceLocation
) {
    var brake = Brake(agreement: agreement)
    var clock = Time(milliseconds: 0)
    func step(_ event: String, _ act: (inout Brake) -> Void) {
        let before = tuple(brake, at: clock)
        let epoch = brake.epoch
        act(&brake)
        let changed = tuple(brake, at: clock) != before
        #expect(
            brake.epoch == epoch + (changed ? 1 : 0), "after \(event)",
            sourceLocation: sourceLocation)
    }
    func passDeadlines(before limit: Time) {
        while let next = brake.deadlines.first, next.time < limit {
            clock = next.time
            step("\(next.event)") { $0.fireNext() }
        }
    }
    for entry in entries {
        passDeadlines(before: entry.received)
        step("entry \(entry.index)") { $0.fold(entry) }
        clock = max(clock, entry.received)
    }
    passDeadlines(before: end)
}

/// What the epoch counts changes of.
private func tuple(_ brake: Brake, at clock: Time) -> [JSON] {
    let order = brake.order(
        at: Time(milliseconds: 0), size: .empty, root: MerkleHash.empty, silentSince: nil)
    return ["state", "measures", "causes", "models", "expiry"].map { order.json[$0] ?? .null }
}
