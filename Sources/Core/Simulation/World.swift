// SPDX-License-Identifier: Apache-2.0

import Brake
public import PauseAgreement
import Roles
import TransparencyLog

/// A log, its monitors and the parties, in a world whose clocks, disks, network and some of whose
/// people cannot be relied on.
///
/// The roles are the real ones, and so are keys and signatures. Everything else is drawn from the
/// seed: the same plan gives the same run on every machine.
///
/// `World+Log` and `World+Monitors` do what the roles want done, `World+Network` carries messages,
/// `World+Faults` lets machines fail, `World+Parties` says things, `World+Liars` lies.
public struct World: Sendable {
    typealias LogProcess = Process<LogOperator, LogOperator.Action>
    typealias MonitorProcess = Process<Monitor, Monitor.Action>

    enum Happening: Sendable {
        case clock(Place, life: Int)
        /// A write of a worker has ended.
        case written(Place, life: Int, WriteFate)
        /// A log's append has ended.
        case appended(face: Int, life: Int, Append, WriteFate)
        case arrives(Call)
        case answered(Call, Call.Answer)
        case restart(Place)
        case crash(Place)
        case cut(Place)
        case clockStep(Place)
        case loseDisk(Place)
        case goBack
        case say
        case repeatStatement(Int)
        case read
        case split
        case storm(isOver: Bool)
    }

    struct Append: Sendable {
        let leaves: [PendingLeaf]
        let old: TreeHead
        let new: TreeHead
    }

    public let plan: Plan
    let cast: Cast
    let start: Time
    var now: Time
    var dice: Dice
    var agenda = Agenda<Happening>()
    var logs: [LogProcess]
    var logDisks: [LogDisk]
    /// Appends that are on their way to each log's disk.
    var appends: [[Append]]
    var monitors: [MonitorProcess]
    var monitorDisks: [MonitorDisk]
    /// Monitors that lie, by their places.
    let liars: Set<Int>
    /// Which faces each monitor is shown.
    var shown: [[Int]]
    var openCalls: Set<UInt64> = []
    var nextCall: UInt64 = 0
    var nextTicket: UInt64 = 0
    /// Places that are cut off, and until when.
    var cuts: [Place: Time] = [:]
    var isStorm = true
    var parties: Parties
    var chronicle: Chronicle

    /// - Parameter cast: the cast of the plan's size, made once for many worlds.
    public init(_ plan: Plan, cast: Cast) {
        precondition(cast.size == plan.size, "the cast has the plan's size")
        self.plan = plan
        self.cast = cast
        start = Time(milliseconds: 1_800_000_000_000)
        now = start
        dice = Dice(seed: plan.seed ^ 0x5EED)
        logs = [LogProcess()]
        logDisks = [LogDisk()]
        appends = [[]]
        let count = plan.size.monitors
        monitors = Array(repeating: MonitorProcess(), count: count)
        monitorDisks = Array(repeating: MonitorDisk(), count: count)
        liars = Set(count - plan.liars..<count)
        shown = Array(repeating: [0], count: count)
        parties = Parties(cast)
        chronicle = Chronicle(cast, plan)
    }

    /// Lets everything happen; ends early where a promise was broken.
    public mutating func run() -> Outcome {
        prepare()
        while chronicle.violations.isEmpty, let (time, item) = agenda.removeNext(),
            time <= start + TimeSpan(milliseconds: plan.ends)
        {
            now = time
            step(item)
        }
        if chronicle.violations.isEmpty { checkProgress() }
        return Outcome(plan: plan, violations: chronicle.violations, counts: chronicle.counts)
    }

    private mutating func prepare() {
        for place in monitors.indices where !liars.contains(place) {
            enter(.restart(.monitor(place)), in: dice.within(0...2000))
        }
        enter(.restart(.log(face: 0)), in: dice.within(0...2000))
        for place in places { setClock(of: place, within: plan.weather.clockError) }
        enter(.say, in: 1000)
        enter(.read, in: 1500)
        enter(.storm(isOver: true), in: plan.stormEnds)
        if plan.node == .twoFaced { enter(.split, in: dice.within(30_000...plan.stormEnds / 2)) }
        if plan.node == .restored { enter(.goBack, in: dice.within(60_000...plan.stormEnds)) }
        for (count, fault) in [
            (plan.weather.crashes, Happening.crash), (plan.weather.cuts, Happening.cut),
            (plan.weather.clockSteps, Happening.clockStep),
            (plan.weather.lostDisks, Happening.loseDisk),
        ] {
            for _ in 0..<(count * plan.stormEnds / 3_600_000) {
                enter(fault(dice.pick(places)), in: dice.within(0...plan.stormEnds))
            }
        }
    }

    /// Every machine that is run by somebody honest, and the log.
    var places: [Place] {
        logs.indices.map { .log(face: $0) }
            + monitors.indices.filter { !liars.contains($0) }.map { .monitor($0) }
    }

    mutating func enter(_ happening: Happening, in milliseconds: Int64) {
        agenda.enter(happening, at: now + TimeSpan(milliseconds: max(0, milliseconds)))
    }

    mutating func step(_ happening: Happening) {
        switch happening {
        case .clock(let place, let life): clock(place, life)
        case .written(let place, let life, let fate): written(place, life, fate)
        case .appended(let face, let life, let append, let fate):
            appended(face, life, append, fate)
        case .arrives(let call): arrives(call)
        case .answered(let call, let answer): answered(call, answer)
        case .restart(let place): restart(place)
        case .crash(let place): if isStorm { crash(place) }
        case .cut(let place): if isStorm { cut(place) }
        case .clockStep(let place):
            if isStorm { setClock(of: place, within: plan.weather.wrongClock) }
        case .loseDisk(let place): if isStorm { loseDisk(of: place) }
        case .goBack: goBack()
        case .say: say()
        case .repeatStatement(let number): submit(number)
        case .read: read()
        case .split: split()
        case .storm(let isOver): if isOver { endStorm() }
        }
    }

    /// How often roles are told the time: the contract asks for four times a tick.
    static let clockPause: Int64 = 2500

    private mutating func clock(_ place: Place, _ life: Int) {
        guard life == self.life(of: place) else { return }
        enter(.clock(place, life: life), in: World.clockPause)
        switch place {
        case .log(let face): tell(log: face, .clock)
        case .monitor(let number): tell(monitor: number, .clock)
        }
    }

    func life(of place: Place) -> Int {
        switch place {
        case .log(let face): logs[face].life
        case .monitor(let number): monitors[number].life
        }
    }

    /// What a machine takes for the time.
    func clock(of place: Place) -> Time {
        let error =
            switch place {
            case .log(let face): logs[face].clockError
            case .monitor(let number): monitors[number].clockError
            }
        return now + TimeSpan(milliseconds: error)
    }

    mutating func newTicket() -> Ticket {
        nextTicket += 1
        return Ticket(nextTicket)
    }
}

/// What came of a world.
public struct Outcome: Sendable {
    /// How much has happened, to see that something did.
    public struct Counts: Hashable, Sendable {
        public var acknowledged = 0
        public var repeated = 0
        public var accepted = 0
        public var entries = 0
        public var cosignatures = 0
        public var certified = 0
        public var orders = 0
        public var believed = 0
        public var silentOrders = 0
        public var epochs = 0
        public var crashes = 0
        public var restarts = 0
        public var failedWrites = 0
        public var writes: [Place: Int] = [:]

        public init() {}

        public static func += (sum: inout Counts, other: Counts) {
            sum.acknowledged += other.acknowledged
            sum.repeated += other.repeated
            sum.accepted += other.accepted
            sum.entries += other.entries
            sum.cosignatures += other.cosignatures
            sum.certified += other.certified
            sum.orders += other.orders
            sum.believed += other.believed
            sum.silentOrders += other.silentOrders
            sum.epochs = max(sum.epochs, other.epochs)
            sum.crashes += other.crashes
            sum.restarts += other.restarts
            sum.failedWrites += other.failedWrites
        }
    }

    public let plan: Plan
    public let violations: [Violation]
    public let counts: Counts
}
