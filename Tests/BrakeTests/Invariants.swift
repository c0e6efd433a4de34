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
    #expect(try JSON.parse(bytesLater).canonicalBytes == bytesLater, sourceLocation: sourceLocation)
    checkBounds(of: play.brake.state, sourceLocation: sourceLocation)

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
        checkMeasures(brake, after: event, sourceLocation: sourceLocation)
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

/// Whatever is cleared or falls back, each cause that is open holds up its own measure: as strong,
/// over as little work, and as early as it asks for by itself.
private func checkMeasures(
    _ brake: Brake, after event: String, sourceLocation: SourceLocation
) {
    let measures = brake.derived.core.measures
    for cause in brake.causes.openCauses where cause.isByDecision {
        let own = cause.threshold ?? brake.agreement.measure(cause.measure)?.threshold ?? .zero
        let isHeldUp = measures.contains {
            $0.measure == cause.measure && $0.models == nil && $0.causes.contains(cause.id)
                && $0.threshold <= own && $0.from <= cause.from
        }
        #expect(isHeldUp, "\(cause.id) after \(event)", sourceLocation: sourceLocation)
        #expect(
            cause.holds == (cause.from <= brake.clock) || cause.from == brake.clock,
            "\(cause.id) after \(event)", sourceLocation: sourceLocation)
        #expect(cause.measure <= cause.called, sourceLocation: sourceLocation)
    }
}

/// What grows with the log is only what the log says; what is derived of a site stays small.
private func checkBounds(of state: State, sourceLocation: SourceLocation) {
    for series in state.history {
        #expect(series.revisions.count == min(series.count, 32), sourceLocation: sourceLocation)
    }
    for site in state.sites {
        #expect(site.telemetry.count <= 24, sourceLocation: sourceLocation)
        #expect(site.events.count <= 32, sourceLocation: sourceLocation)
        #expect(
            Set(site.findings.map(\.auditor)).count == site.findings.count,
            sourceLocation: sourceLocation)
    }
}

/// What the epoch counts changes of.
private func tuple(_ brake: Brake, at clock: Time) -> [JSON] {
    let order = brake.order(
        at: Time(milliseconds: 0), size: .empty, root: MerkleHash.empty, silentSince: nil)
    return ["state", "measures", "causes", "models", "expiry"].map { order.json[$0] ?? .null }
}
