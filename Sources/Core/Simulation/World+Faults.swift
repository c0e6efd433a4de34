// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import Roles
import TransparencyLog

// MARK: - Disks, machines and clocks that fail

extension World {
    mutating func writeTakes() -> Int64 {
        isStorm ? dice.within(0...plan.weather.writeTakes) : dice.within(0...5)
    }

    /// Begins a write of a worker, whose fate is drawn here.
    mutating func write(_ place: Place) {
        let fate = nextFate(place)
        enter(.written(place, life: life(of: place), fate), in: writeTakes())
    }

    /// What becomes of the next write at a place.
    mutating func nextFate(_ place: Place) -> WriteFate {
        let number: Int
        switch place {
        case .log(let face):
            number = logs[face].writes
            logs[face].writes += 1
        case .monitor(let monitor):
            number = monitors[monitor].writes
            monitors[monitor].writes += 1
        }
        chronicle.counts.writes[place] = number + 1
        if let given = plan.fate, given.place == place, given.write == number { return given.fate }
        guard isStorm else { return .done }
        if dice.isTrue(in: plan.weather.writeFails) {
            return dice.pick([.failedAndLost, .failedButKept])
        }
        if dice.isTrue(in: plan.weather.writeCrashes) {
            return dice.pick([.crashBefore, .crashAfter])
        }
        return .done
    }

    mutating func written(_ place: Place, _ life: Int, _ fate: WriteFate) {
        guard life == self.life(of: place) else { return }
        switch place {
        case .log(let face): written(log: face, fate)
        case .monitor(let number): written(monitor: number, fate)
        }
    }

    /// The disk has failed under a role that goes on; somebody will come and restart it.
    mutating func failed(_ place: Place) {
        chronicle.counts.failedWrites += 1
        switch place {
        case .log(let face): logs[face].hasFailed = true
        case .monitor(let number): monitors[number].hasFailed = true
        }
        enter(.restart(place), in: dice.within(1000...40_000))
    }

    mutating func crash(_ place: Place) {
        guard isUp(place) else { return }
        chronicle.counts.crashes += 1
        stop(place)
        enter(.restart(place), in: dice.within(100...60_000))
    }

    private mutating func stop(_ place: Place) {
        switch place {
        case .log(let face):
            applyHalf(log: face)
            logs[face].stop()
        case .monitor(let number):
            applyHalf(monitor: number)
            monitors[number].stop()
        }
    }

    mutating func restart(_ place: Place) {
        if isUp(place) { stop(place) }
        chronicle.counts.restarts += 1
        do throws(LogFailure) {
            switch place {
            case .log(let face): try restart(log: face)
            case .monitor(let number): try restart(monitor: number)
            }
        } catch {
            chronicle.record(.store, "\(place): \(error)", at: now)
        }
    }

    private mutating func restart(log face: Int) throws(LogFailure) {
        if plan.mutation == .logForgets, logDisks[face].heads.count > 4 {
            logDisks[face].goBack(toAppend: logDisks[face].heads.count / 2)
        }
        chronicle.restarted(face, logDisks[face], at: now)
        var role = LogOperator(agreement: cast.agreement, monitors: cast.names)
        let disk = logDisks[face]
        for leaf in disk.leaves { try role.restore(leaf: leaf) }
        try role.restore(heads: disk.heads)
        try role.restore(
            mark: disk.mark, newestOrder: disk.newestOrder, proposal: disk.proposal)
        logs[face].start(role)
        enter(.clock(.log(face: face), life: logs[face].life), in: dice.within(0...2500))
        tell(log: face, .started)
    }

    private mutating func restart(monitor number: Int) throws(LogFailure) {
        let name = cast.names[number]
        let peers = cast.names.filter { $0 != name }
        guard var role = Monitor(agreement: cast.agreement, party: name, peers: peers) else {
            preconditionFailure("\(name) is a monitor")
        }
        let disk = monitorDisks[number]
        for leaf in disk.leaves { try role.restore(leaf: leaf) }
        try role.restore(heads: disk.heads)
        try role.restore(
            mark: disk.mark, order: disk.order, proposal: disk.proposal,
            checkpoint: disk.checkpoint)
        for (slot, held) in disk.held.sorted(by: { $0.key < $1.key }) {
            try role.restore(held: held, slot: slot)
        }
        monitors[number].start(role)
        enter(.clock(.monitor(number), life: monitors[number].life), in: dice.within(0...2500))
        tell(monitor: number, .started)
    }

    /// A monitor begins anew with an empty disk.
    mutating func loseDisk(of place: Place) {
        guard case .monitor(let number) = place, isUp(place) else { return }
        crash(place)
        monitorDisks[number] = MonitorDisk()
    }

    /// Somebody puts an older copy in the place of the log's disks.
    mutating func goBack() {
        if isUp(.log(face: 0)) { crash(.log(face: 0)) }
        logDisks[0].goBack(toAppend: dice.below(logDisks[0].heads.count + 1))
    }

    mutating func cut(_ place: Place) {
        cuts[place] = now + TimeSpan(milliseconds: dice.within(1000...180_000))
    }

    mutating func setClock(of place: Place, within error: Int64) {
        let off = dice.within(-error...error)
        switch place {
        case .log(let face): logs[face].clockError = off
        case .monitor(let number): monitors[number].clockError = off
        }
    }

    /// From here on everything works, and clocks are as good as the agreement asks for.
    mutating func endStorm() {
        isStorm = false
        cuts = [:]
        for place in places { setClock(of: place, within: plan.weather.clockError) }
    }

    // MARK: - Two faces

    /// The log goes on as two: the second face begins with a copy of the first one's disk, and a
    /// clock of its own.
    mutating func split() {
        guard logs.count == 1 else { return }
        logs.append(LogProcess())
        logDisks.append(logDisks[0])
        appends.append([])
        if dice.isTrue(in: 300) {
            logDisks[1].goBack(toAppend: dice.below(logDisks[1].heads.count + 1))
        }
        if dice.isTrue(in: 500) { logs[1].clockError = -dice.within(0...300_000) }
        for number in monitors.indices {
            shown[number] = dice.pick([[0], [1], [0, 1]])
        }
        enter(.restart(.log(face: 1)), in: 100)
    }
}
