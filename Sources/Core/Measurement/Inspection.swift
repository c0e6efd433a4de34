// SPDX-License-Identifier: Apache-2.0

/// A draw without replacement from one or several periods, and what it could have missed.
///
/// Each period is drawn from by itself. Where false samples lie is the cheat's choice, so every
/// figure here is for the worst way to spread them over the periods.
public struct Inspection: Hashable, Sendable {
    /// One period: how many samples it has, and how many of them were drawn and looked at.
    public struct Stratum: Hashable, Sendable {
        public let population: Int
        public let drawn: Int

        /// Source: a draw without replacement takes between none and all; a thousand million
        /// samples are the most for which the products below are computed term by term.
        ///
        /// - Throws: ``UnusableSample`` where that does not hold.
        public init(population: Int, drawn: Int) throws(UnusableSample) {
            guard (1...largestPopulation).contains(population) else {
                throw UnusableSample(
                    "an inspection draws from 1 to \(largestPopulation) samples, not \(population)")
            }
            guard (0...population).contains(drawn) else {
                throw UnusableSample("\(drawn) of \(population) samples cannot be drawn")
            }
            self.population = population
            self.drawn = drawn
        }
    }

    public let strata: [Stratum]

    /// Source: periods are drawn from independently of each other.
    ///
    /// - Throws: ``UnusableSample`` without any period, and beyond a thousand million samples.
    public init(_ strata: [Stratum]) throws(UnusableSample) {
        guard !strata.isEmpty else { throw UnusableSample("an inspection needs a period") }
        let all = strata.reduce(0) { $0 + $1.population }
        guard all <= largestPopulation else {
            throw UnusableSample("\(all) samples are more than the \(largestPopulation) computed")
        }
        self.strata = strata
    }

    /// One period alone.
    ///
    /// Source: as ``init(_:)``.
    public init(population: Int, drawn: Int) throws(UnusableSample) {
        try self.init([Stratum(population: population, drawn: drawn)])
    }

    /// All samples of all periods.
    public var population: Int { strata.reduce(0) { $0 + $1.population } }
    /// All samples looked at.
    public var drawn: Int { strata.reduce(0) { $0 + $1.drawn } }

    /// How probably the draw shows at least one of `count` false samples, spread in the way in
    /// which it shows them least.
    ///
    /// 0 for none; 1 where more are false than were left undrawn.
    ///
    /// Source: hypergeometric distribution, P(no false one) = C(n − k, m) / C(n, m); the spread is
    /// that of ``smallestShown(confidence:)``.
    ///
    /// - Precondition: `count` lies between 0 and the population.
    public func detection(ofFalse count: Int) -> Double {
        precondition((0...population).contains(count), "false samples are some of the samples")
        if strata.count == 1 {
            return 1 - missed(count, of: strata[0].population, drawn: strata[0].drawn)
        }
        var spread = WorstSpread(strata)
        for _ in 0..<count where spread.missed > 0 { spread.hideOneMore() }
        return 1 - spread.missed
    }

    /// The smallest number of false samples that the draw would have shown with `confidence`.
    ///
    /// Whatever is smaller could have been missed. Nil where nothing was drawn in a period that
    /// could hold them all.
    ///
    /// Source: the chance to miss falls by the factor (n − k − m) / (n − k) with the (k + 1)-th
    /// false sample of a period, a factor that falls with k; so the worst spread hides each further
    /// one where that factor is largest, and is found sample by sample.
    public func smallestShown(confidence: Probability) -> Int? {
        let allowed = 1 - confidence.share
        if strata.count == 1 {
            return smallestCount(allowed, strata[0])
        }
        var spread = WorstSpread(strata)
        var hidden = 0
        while spread.missed > allowed {
            guard hidden < population else { return nil }
            spread.hideOneMore()
            hidden += 1
        }
        return hidden
    }

    /// The same as a share of all samples.
    ///
    /// Source: as ``smallestShown(confidence:)``.
    public func smallestShareShown(confidence: Probability) -> Double? {
        smallestShown(confidence: confidence).map { Double($0) / Double(population) }
    }

    /// How many of `population` samples have to be drawn to show one of `count` false ones with
    /// `confidence`.
    ///
    /// Source: the smallest m with C(n − k, m) / C(n, m) ≤ 1 − confidence.
    ///
    /// - Throws: ``UnusableSample`` where the counts are impossible.
    public static func drawSize(
        population: Int, false count: Int, confidence: Probability
    ) throws(UnusableSample) -> Int {
        guard count > 0 else { throw UnusableSample("no draw shows none of \(population)") }
        // The two change places: C(n − k, m) / C(n, m) = C(n − m, k) / C(n, k).
        let mirrored = try Stratum(population: population, drawn: count)
        return smallestCount(1 - confidence.share, mirrored) ?? population
    }

    /// How many have to be drawn where this share of them, rounded up, is false.
    ///
    /// Source: as ``drawSize(population:false:confidence:)``.
    ///
    /// - Throws: ``UnusableSample`` where the counts are impossible.
    public static func drawSize(
        population: Int, share: Probability, confidence: Probability
    ) throws(UnusableSample) -> Int {
        let count = (share.share * Double(population)).rounded(.up)
        return try drawSize(
            population: population, false: max(1, Int(count)), confidence: confidence)
    }
}

/// The most samples for which a product is at most a million factors long.
private let largestPopulation = 1_000_000_000

/// C(n − k, m) / C(n, m): the chance that a draw of m holds none of k.
///
/// A product of min(k, m) factors, which ends early once nothing is left of it.
private func missed(_ count: Int, of population: Int, drawn: Int) -> Double {
    let (fewer, more) = (min(count, drawn), max(count, drawn))
    guard fewer + more <= population else { return 0 }
    var product = 1.0
    for step in 0..<fewer {
        product *= Double(population - more - step) / Double(population - step)
        if product == 0 { break }
    }
    return product
}

/// The smallest k for which a draw misses them all with at most this chance.
private func smallestCount(_ allowed: Double, _ stratum: Inspection.Stratum) -> Int? {
    func shows(_ count: Int) -> Bool {
        missed(count, of: stratum.population, drawn: stratum.drawn) <= allowed
    }
    guard shows(stratum.population) else { return nil }
    var (below, at) = (0, stratum.population)
    while at - below > 1 {
        let middle = below + (at - below) / 2
        if shows(middle) { at = middle } else { below = middle }
    }
    return at
}

/// False samples spread over periods so that the draw sees them least.
private struct WorstSpread {
    private(set) var missed = 1.0
    private var left: [(population: Int, drawn: Int)]

    init(_ strata: [Inspection.Stratum]) { left = strata.map { ($0.population, $0.drawn) } }

    mutating func hideOneMore() {
        var best = -1.0
        var place = 0
        for (index, period) in left.enumerated() where period.population > 0 {
            let factor =
                Double(max(0, period.population - period.drawn)) / Double(period.population)
            if factor > best { (best, place) = (factor, index) }
        }
        guard best >= 0 else { return }
        missed *= best
        left[place].population -= 1
    }
}
