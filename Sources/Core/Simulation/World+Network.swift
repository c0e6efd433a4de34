// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import Roles
import TransparencyLog

// MARK: - Messages

extension World {
    /// Puts a question to somebody; exactly one answer comes back, as long as the asker lives.
    mutating func call(
        _ place: Place, _ request: Call.Request, by caller: Call.Caller,
        source: Monitor.Source? = nil, monitor: String? = nil, passing: Call.Passing? = nil
    ) {
        nextCall += 1
        let call = Call(
            number: nextCall, caller: caller, place: place, request: request, source: source,
            monitor: monitor, passing: passing)
        openCalls.insert(call.number)
        enter(.answered(call, .unreachable), in: Call.timeLimit)
        // A client repeats what was not answered, so a question may arrive twice.
        let times = isStorm && dice.isTrue(in: plan.weather.doubled) ? 2 : 1
        for _ in 0..<times where !isLost { enter(.arrives(call), in: messageTakes()) }
    }

    private var isLost: Bool {
        mutating get { isStorm && dice.isTrue(in: plan.weather.lost) }
    }

    private mutating func messageTakes() -> Int64 {
        guard isStorm else { return dice.within(1...50) }
        return dice.isTrue(in: plan.weather.late)
            ? dice.within(1...60_000) : dice.within(1...plan.weather.messageTakes)
    }

    mutating func answer(_ call: Call, _ answer: Call.Answer) {
        if !isLost { enter(.answered(call, answer), in: messageTakes()) }
    }

    private func isCut(_ place: Place) -> Bool { cuts[place].map { now < $0 } ?? false }

    private func isCut(between call: Call) -> Bool {
        if case .process(let caller, _) = call.caller, isCut(caller) { return true }
        return isCut(call.place)
    }

    func isUp(_ place: Place) -> Bool {
        switch place {
        case .log(let face): face < logs.count && logs[face].role != nil
        case .monitor(let number): liars.contains(number) || monitors[number].role != nil
        }
    }

    mutating func arrives(_ call: Call) {
        guard !isCut(between: call) else { return }
        guard isUp(call.place) else { return answer(call, .unreachable) }
        switch call.place {
        case .log(let face): asked(log: face, call)
        case .monitor(let number):
            if liars.contains(number) {
                lie(as: number, call)
            } else {
                asked(monitor: number, call)
            }
        }
    }

    /// An answer has come, or the asker has waited long enough; only the first counts.
    mutating func answered(_ call: Call, _ answer: Call.Answer) {
        // That there is none is noticed on this side of the cut.
        if case .unreachable = answer {} else if isCut(between: call) { return }
        guard openCalls.remove(call.number) != nil else { return }
        switch call.caller {
        case .party(let statement): answered(statement, by: call.place, answer)
        case .stranger: break
        case .process(let place, let life):
            guard life == self.life(of: place) else { return }
            switch place {
            case .log(let face): answered(log: face, call, answer)
            case .monitor(let number): answered(monitor: number, call, answer)
            }
        }
    }

    /// Somebody reads what everybody may read.
    mutating func read() {
        enter(.read, in: dice.within(200...8000))
        let place = dice.pick(places)
        call(place, dice.isTrue(in: 500) ? .newest : .checkpoint, by: .stranger)
    }
}
