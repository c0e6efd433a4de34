// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement

/// What happens in a simulated world, drawn from its seed.
public struct Plan: Sendable {
    /// Who runs the log.
    public enum Node: Hashable, Sendable {
        case honest
        /// It shows two histories, each run by honest code, once it has split.
        case twoFaced
        /// Honest, but at some time its store and its mark are replaced by an older copy.
        case restored
    }

    /// A rule that is broken on purpose, to show that the checks would find it.
    public enum Mutation: Hashable, Sendable, CaseIterable {
        /// The log hears that its entries are durable before they are.
        case acknowledgesEarly
        /// The monitors' disks do not keep what was cosigned and signed.
        case monitorsForget
        /// The first monitor counts another epoch.
        case monitorMiscounts
        /// The first monitor does not wait for its disk before it answers.
        case repliesEarly
        /// The log begins anew with half of its entries after a restart.
        case logForgets
    }

    public let seed: UInt64
    public var size: Cast.Size
    public var node = Node.honest
    /// How many monitors lie: the last ones.
    public var liars = 0
    public var weather = Weather.calm
    /// When faults end and when the world ends, in milliseconds from its start.
    public var stormEnds: Int64 = 480_000
    public var ends: Int64 = 900_000
    public var mutation: Mutation?
    /// One write with a fate of its own, counted from 0 at its place.
    public var fate: (place: Place, write: Int, fate: WriteFate)?

    public init(seed: UInt64, size: Cast.Size) {
        self.seed = seed
        self.size = size
    }

    /// A world in which everything may happen that the agreement's bounds allow.
    public static func drawn(from seed: UInt64) -> Plan {
        var dice = Dice(seed: seed)
        var plan = Plan(seed: seed, size: dice.pick(Cast.Size.sound))
        plan.weather = Weather.drawn(with: &dice)
        plan.liars = dice.isTrue(in: 600) ? plan.size.liars : 0
        let node = dice.below(100)
        if node < 30 { plan.node = .twoFaced } else if node < 45 { plan.node = .restored }
        // Whose disk is gone and whose clock is wrong cannot know what it has signed.
        if plan.node != .honest || plan.weather.wrongClock > 0 { plan.weather.lostDisks = 0 }
        return plan
    }
}

/// What becomes of a write.
public enum WriteFate: Hashable, Sendable, CaseIterable {
    case done
    /// An error, and nothing is on the disk.
    case failedAndLost
    /// An error, and it is on the disk all the same.
    case failedButKept
    case crashBefore
    case crashAfter
}

/// How often things go wrong, mostly times in a thousand.
public struct Weather: Sendable {
    var lost = 0
    var doubled = 0
    /// Messages that take up to a minute.
    var late = 0
    var writeFails = 0
    var writeCrashes = 0
    /// The longest that a message and a write take otherwise, in milliseconds.
    var messageTakes: Int64 = 50
    var writeTakes: Int64 = 10
    /// Crashes, cuts in the network and clocks set wrong: so many an hour each.
    var crashes: Int64 = 0
    var cuts: Int64 = 0
    var clockSteps: Int64 = 0
    /// Monitors whose disks are lost altogether, so many an hour.
    var lostDisks: Int64 = 0
    /// How wrong the clocks are in milliseconds: two of them differ by twice this.
    var clockError: Int64 = 0
    /// How wrong a clock may be set, beyond what the agreement allows.
    var wrongClock: Int64 = 0
    /// Statements that are handed to a monitor as well.
    var handed = 0
    /// Time between two statements, at most, in milliseconds.
    var saying: Int64 = 20_000

    public static let calm = Weather()

    /// Everything at once, within what the agreement allows.
    public static let rough: Weather = {
        var weather = Weather()
        weather.lost = 50
        weather.doubled = 50
        weather.late = 20
        weather.writeCrashes = 10
        weather.messageTakes = 500
        weather.writeTakes = 500
        weather.crashes = 40
        weather.clockError = 900
        weather.handed = 100
        weather.saying = 8000
        return weather
    }()

    static func drawn(with dice: inout Dice) -> Weather {
        var weather = Weather()
        // Each kind of fault is absent from many worlds, so that the others are seen alone, too.
        func some(_ most: Int, _ dice: inout Dice) -> Int {
            dice.isTrue(in: 500) ? 0 : dice.below(most + 1)
        }
        weather.lost = some(200, &dice)
        weather.doubled = some(200, &dice)
        weather.late = some(100, &dice)
        weather.writeFails = some(15, &dice)
        weather.writeCrashes = some(15, &dice)
        weather.messageTakes = dice.within(1...2000)
        weather.writeTakes = dice.pick([1, 10, 100, 3000])
        weather.crashes = Int64(some(60, &dice))
        weather.cuts = Int64(some(30, &dice))
        weather.clockSteps = Int64(some(30, &dice))
        weather.handed = some(300, &dice)
        weather.lostDisks = Int64(some(20, &dice))
        weather.clockError = Int64(some(1000, &dice))
        weather.wrongClock = Int64(some(120_000, &dice))
        weather.saying = dice.within(2000...30_000)
        return weather
    }
}
