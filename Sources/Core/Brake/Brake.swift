// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
public import TransparencyLog

/// The law: a pure fold from a log to what it says.
///
/// Only here are statements given an effect, questions opened and closed, and orders derived. It
/// knows the agreement and the entries; it does not know the clock, other machines, or who asks.
/// The same agreement and entries give the same ``State``, byte for byte, whenever and wherever
/// they are folded.
///
/// To read the room: ``Admission``, then `Brake+Entries`, `TriggerLaw` (what is read),
/// `TriggerBoard` (what is asked), `Question`, `Cause`, `Resumption`, `OrderDerivation`; `SiteBook`
/// and `StopEvidence` for who has stopped, `SafetyBook` for what clears a cause; and `Explanation`
/// for the words.
public struct Brake: Sendable {
    public let agreement: Agreement
    let roster: Roster

    /// The time of the last entry or deadline.
    var clock = Time(milliseconds: 0)
    var record = Record()
    var membership: Membership
    var models = ModelRegister()
    /// What triggers read on the evidence.
    var law: TriggerLaw
    var board = TriggerBoard()
    var docket = Docket()
    var causes = CauseBook()
    var sites = SiteBook()
    var safety = SafetyBook()
    var watchers: MonitorBook
    var acceptances = AcceptanceBook()
    var revisions = RevisionBook()
    var challenges = ChallengeBook()
    var evaluations = EvaluationBook()
    /// How often each trigger was lifted by milestones.
    var liftings: [Int]
    var deadlines = DeadlineQueue()
    var derived: Derived
    /// The question by which each party was found non-compliant.
    var nonCompliant: [Int: String] = [:]
    /// Whether the sunset has passed.
    var ended = false

    public init(agreement: Agreement) {
        self.agreement = agreement
        roster = Roster(agreement)
        membership = Membership(parties: roster.parties.count)
        law = TriggerLaw(agreement, roster: roster)
        liftings = Array(repeating: 0, count: agreement.triggers.count)
        derived = Derived(parties: roster.parties.count)
        watchers = MonitorBook(agreement)
        deadlines.insert(Deadline(time: agreement.onExpiry.sunset, event: .sunset))
        weigh { _, _ in }
    }

    /// Takes the next entry of the log; deadlines before its stamp fire first.
    ///
    /// Believes the envelope's key IDs: entries that come from somewhere else go through
    /// ``admit(_:bytes:)`` first. Never fails: an entry that changes nothing is kept with the
    /// reason.
    ///
    /// Returns what became of the entry, which is kept nowhere: a copy of the law stays small
    /// however long the log is.
    ///
    /// - Precondition: entries come in the order of their indices, from 0.
    @discardableResult
    public mutating func fold(_ entry: Entry) -> EntrySummary {
        precondition(entry.index.value == record.size.value, "entries are folded in order")
        advance(to: entry.received)
        let modelsBefore = models.changes
        let (signer, reason) = apply(entry)
        let summary = summary(of: entry, signer: signer, without: reason)
        record.append(summary)
        openQuestions()
        settle(modelsChanged: models.changes != modelsBefore)
        return summary
    }

    /// Fires the deadlines strictly before `tick`: a statement at a deadline's instant still
    /// counts.
    ///
    /// For copies, and for ticks that no later entry can precede.
    public mutating func advance(to tick: Time) {
        while let next = deadlines.first, next.time < tick { fireNext() }
        clock = max(clock, tick)
    }

    /// Fires the next deadline, at its own time.
    mutating func fireNext() {
        guard let next = deadlines.first else { return }
        deadlines.removeFirst()
        clock = max(clock, next.time)
        fire(next.event)
        openQuestions()
        settle(modelsChanged: false)
    }

    /// The agreement's triggers with the figures that hold now.
    var triggers: [Trigger] { law.triggers }

    /// How many entries were folded.
    public var size: TreeSize { record.size }

    /// What the law says as of the last entry.
    public var state: State { derivedState() }

    /// What the law says at `tick`, or as of the last entry where that is later.
    public func state(at tick: Time) -> State {
        var copy = self
        copy.advance(to: tick)
        return copy.derivedState()
    }

    /// The epoch as of the last entry: a node proposes at once where a fold changed it.
    public var epoch: Int64 { derived.epoch }
}

extension Brake {
    /// How far the log was read, and which entries changed nothing.
    struct Record: Sendable {
        private(set) var size = TreeSize.empty
        /// The stamp of the last entry; nil where there is none.
        private(set) var received: Time?
        private(set) var withoutEffect: [EntryWithoutEffect] = []
        /// The highest sequence of each signer so far.
        var sequences: [SequenceStream: Int64] = [:]
        /// Whether entry 0 is this agreement's opening.
        var opened = false

        /// The index of the last entry, 0 where there is none.
        var last: LogIndex { LogIndex(max(1, size.value) - 1) }

        /// A statement that came late counts after all.
        mutating func forgive(_ entry: LogIndex) { withoutEffect.removeAll { $0.entry == entry } }

        mutating func append(_ summary: EntrySummary) {
            size = TreeSize(size.value + 1)
            received = summary.received
            if case .without(let why) = summary.effect {
                withoutEffect.append(
                    EntryWithoutEffect(
                        entry: summary.index, reason: why.sentence, clause: why.clause))
            }
        }
    }
}
