// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

/// What follows from everything else, kept so that changes can be counted and dated.
struct Derived: Sendable {
    struct Party: Sendable {
        var state = PartyState.outside
        var since = Time(milliseconds: 0)
        var reason: PartyReason?
    }

    /// Set by whatever may change the order or a party's state; cleared by
    /// ``Brake/settle(modelsChanged:)``.
    var isStale = true
    var epoch: Int64 = 0
    var core = OrderCore(state: .openForSignature, measures: [], causes: [], expiry: nil)
    var stateSince = Time(milliseconds: 0)
    var parties: [Party]

    init(parties: Int) {
        self.parties = Array(repeating: Party(), count: parties)
    }
}

/// What the epoch counts changes of, beside the models.
struct OrderCore: Hashable, Sendable {
    let state: BrakeState
    let measures: [MeasureInForce]
    let causes: [CauseInForce]
    let expiry: Time?
}

extension Brake {
    /// After every event: what follows from it, and whether the order is another.
    mutating func settle(modelsChanged: Bool) {
        var changed = modelsChanged
        if derived.isStale {
            derived.isStale = false
            voidStops()
            settleParties()
            let core = orderCore()
            if core.state != derived.core.state { derived.stateSince = clock }
            if core != derived.core {
                derived.core = core
                changed = true
            }
        }
        if changed { derived.epoch += 1 }
    }

    private mutating func settleParties() {
        for place in roster.parties.indices {
            let (state, reason) = partyState(of: place)
            if derived.parties[place].state != state {
                derived.parties[place].state = state
                derived.parties[place].since = clock
            }
            derived.parties[place].reason = reason
        }
    }

    /// The log opens: what was so before is so since then.
    mutating func open(at time: Time) {
        record.opened = true
        weigh { $0.restart(at: $1) }
        derived.stateSince = time
        for place in derived.parties.indices { derived.parties[place].since = time }
        derived.isStale = true
    }
}
