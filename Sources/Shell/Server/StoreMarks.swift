// SPDX-License-Identifier: Apache-2.0

/// Names of marks by whoever wrote them, for a look through a store of any role.
public enum StoreMarks {
    /// What a log keeps: the newest order, and the first of each epoch.
    public static let order = "order/"
    /// The last proposal that a log has made.
    public static let proposal = OrderMarks.proposal
    /// The newest checkpoint with enough cosignatures, where several nodes share a database.
    public static let checkpoint = SharedMarks.checkpoint
    /// What a monitor keeps besides its cosignatures.
    public static let monitor = "monitor/"
    public static let monitorMark = MonitorMarks.mark
    public static let monitorOrder = MonitorMarks.order
    public static let monitorProposal = MonitorMarks.proposal
    /// Statements that a monitor holds, a mark each; an empty one is free.
    public static let held = MonitorMarks.heldPrefix
    /// What a witness keeps, a mark a log.
    public static let witness = WitnessMarks.prefix
}
