// SPDX-License-Identifier: Apache-2.0

extension MeasureInForce {
    /// Whether everything that `other` keeps from being done is kept from being done by this, too.
    ///
    /// - Parameter time: a grace that is over by then makes no difference.
    func covers(_ other: MeasureInForce, at time: Time) -> Bool {
        let coversModels =
            models.map { own in other.models.map { Set($0).isSubset(of: own) } ?? false } ?? true
        return other.measure <= measure && threshold <= other.threshold
            && from <= max(other.from, time) && coversModels
            && Set(other.parties).isSubset(of: parties)
            && Set(other.activities).isSubset(of: activities)
    }
}

extension Array<MeasureInForce> {
    /// Whether somebody may do more under `new` than under these: an order's step down.
    ///
    /// Each measure has to be held up by a single other one; so what is split up in two counts as a
    /// step down, though it may be none. A notice keeps nobody from anything.
    public func stepsDown(to new: [MeasureInForce], at time: Time) -> Bool {
        contains { old in .notify < old.measure && !new.contains { $0.covers(old, at: time) } }
    }
}

extension Order {
    /// Whether somebody may do more under `next` than under this order.
    public func stepsDown(to next: Order) -> Bool {
        measures.stepsDown(to: next.measures, at: next.tick)
    }
}
