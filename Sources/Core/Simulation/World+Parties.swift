// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import Roles
import TransparencyLog

// MARK: - What parties do

extension World {
    /// Somebody says something new, or says again what was said before.
    mutating func say() {
        // Nothing new at the very end, so that all of it can be answered.
        if start + TimeSpan(milliseconds: plan.ends - 120_000) < now { return }
        enter(.say, in: dice.within(1...plan.weather.saying))
        if !parties.said.isEmpty, dice.isTrue(in: 200) {
            chronicle.counts.repeated += 1
            submit(dice.below(parties.said.count))
        } else {
            let size = logDisks[0].leaves.count
            submit(parties.say(with: &dice, size: size))
        }
    }

    mutating func submit(_ number: Int) {
        let said = parties.said[number].submission
        if dice.isTrue(in: plan.weather.handed) {
            let monitor = dice.below(monitors.count)
            call(.monitor(monitor), .hand(said), by: .party(statement: number))
        }
        let face = dice.below(logs.count)
        call(.log(face: face), .submit(said), by: .party(statement: number))
    }

    mutating func answered(_ number: Int, by place: Place, _ answer: Call.Answer) {
        switch answer {
        case .submission(.logged): parties.acknowledge(number)
        case .handing: break
        case .submission(.refused(let refusal)):
            chronicle.record(.falseAlarm, "refused: \(refusal)", at: now)
        default:
            // Whoever has no receipt asks again.
            guard !parties.said[number].isAcknowledged else { return }
            enter(.repeatStatement(number), in: dice.within(1000...20_000))
        }
    }

    // MARK: - At the end

    /// Faults have ended some time ago: everything said is logged, and an order stands over it.
    mutating func checkProgress() {
        checkStates()
        guard plan.node == .honest, chronicle.violations.isEmpty else { return }
        if let number = parties.said.firstIndex(where: { !$0.isAcknowledged }) {
            chronicle.record(.standstill, "statement \(number) has no receipt", at: now)
        }
        chronicle.expectAccepted(in: logDisks[0], at: now)
        let head = logDisks[0].head
        let recent = now - TimeSpan(milliseconds: 3 * cast.agreement.log.tick.milliseconds)
        chronicle.expectOrder(over: head, since: recent, at: now)
        for number in monitors.indices where !liars.contains(number) {
            let name = cast.names[number]
            guard let role = monitors[number].role, role.isReady, role.silentSince == nil,
                let order = role.newestOrder?.order, recent <= order.tick,
                order.size == head.size
            else {
                let role = monitors[number].role
                let why =
                    role?.distrust
                    ?? "last tick \(role?.newestOrder?.order.tick as Time?), holds \(role?.size as TreeSize?), "
                    + "ready \(role?.isReady as Bool?), silent since \(role?.silentSince as Time?)"
                chronicle.record(.standstill, "\(name) does not sign: \(why)", at: now)
                continue
            }
            if role.unlogged(at: now).held > 0 {
                chronicle.record(.standstill, "\(name) still holds statements", at: now)
            }
        }
    }

    /// Every honest monitor would show the same state, byte for byte, over the same entries.
    private mutating func checkStates() {
        for number in monitors.indices where !liars.contains(number) {
            guard let role = monitors[number].role, monitors[number].writing == nil,
                let order = role.newestOrder?.order
            else { continue }
            let head = TreeHead(size: order.size, root: order.root)
            chronicle.expectState(
                role.state(at: now), over: head, by: cast.names[number], at: now)
        }
    }
}
