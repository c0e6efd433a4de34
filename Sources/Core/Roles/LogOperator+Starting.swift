// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import TransparencyLog

/// What a log has heard so far about what it had signed before it was started.
///
/// Its disks may be an older copy, and its mark with them. Monitors and witnesses hold the
/// checkpoints that they cosigned since.
struct LogInquiry: Sendable {
    /// Who has answered, and the size of the checkpoint that each holds: 0 for none.
    var heard: [String: TreeSize] = [:]
    /// What a checkpoint that was shown says against our entries, by who showed it.
    var contradictions: [String: String] = [:]
    /// Until then everybody is waited for; after that only as many as are needed.
    let patientUntil: Time
    /// From then on nobody who brings a statement is kept waiting.
    let refusesFrom: Time
    var lastAsked: Time
    /// Whether the operator was told that too few have answered.
    var isReported = false

    /// Those who were not heard are asked again after this long.
    static let pause = TimeSpan(milliseconds: 1000)
    /// Everybody is waited for this long.
    static let patience = TimeSpan(milliseconds: 3000)
    /// Statements wait this long at most: monitors that are started together with the log are there
    /// by then.
    static let longestWait = TimeSpan(milliseconds: 10_000)
}

// MARK: - Before the first signature

extension LogOperator {
    /// So many monitors have to answer before anything is signed, of those who can be reached.
    ///
    /// A checkpoint that counts bears the signatures of k of n monitors, f of which may lie. Of any
    /// n − k + f + 1 monitors one is honest and has signed it. With f silent, so many are still
    /// there, since k > 2f.
    var answersNeeded: Int {
        let set = log.brake.monitors.current
        let reachable = set.members.count { monitors.contains($0.party) }
        return min(reachable, set.members.count - set.needed + set.terms.liars + 1)
    }

    mutating func start(_ now: Time) -> [Action] {
        takeOver()
        let cosigners = monitors + witnessNames
        guard !cosigners.isEmpty else { return open(now) }
        phase = .asking(
            LogInquiry(
                patientUntil: now + LogInquiry.patience, refusesFrom: now + LogInquiry.longestWait,
                lastAsked: now))
        return cosigners.map { .ask(monitor: $0) }
    }

    mutating func goOnInquiring(_ now: Time) -> [Action] {
        guard case .asking(var inquiry) = phase else { return [] }
        var actions: [Action] = []
        if inquiry.lastAsked + LogInquiry.pause <= now {
            inquiry.lastAsked = now
            phase = .asking(inquiry)
            actions = silent(inquiry).map { .ask(monitor: $0) }
        }
        return actions + settle(now)
    }

    /// What a monitor or a witness holds: something that we signed and do not have shows that our
    /// store is too old, or that our key signs elsewhere, too.
    mutating func held(_ cosigner: String, _ note: UnverifiedNote?, _ now: Time) -> [Action] {
        let against = note.flatMap { contradiction(with: $0) }
        guard case .asking(var inquiry) = phase else {
            return against.map { halt("\($0) (\(cosigner) has it)") } ?? []
        }
        inquiry.contradictions[cosigner] = against
        inquiry.heard[cosigner] = note.flatMap { size(of: $0) } ?? .empty
        phase = .asking(inquiry)
        return settle(now)
    }

    /// The size of a checkpoint that we signed; nil for anything else.
    private func size(of note: UnverifiedNote) -> TreeSize? {
        guard note.line(by: agreement.logKey) != nil else { return nil }
        return (try? Checkpoint(parsing: note.text))?.size
    }

    private func silent(_ inquiry: LogInquiry) -> [String] {
        (monitors + witnessNames).filter { inquiry.heard[$0] == nil }
    }

    /// Begins to sign where enough have answered that a checkpoint that counts cannot have been
    /// forgotten; where one was, never.
    private mutating func settle(_ now: Time) -> [Action] {
        guard case .asking(var inquiry) = phase else { return [] }
        guard silent(inquiry).isEmpty || inquiry.patientUntil <= now else { return [] }
        let first = inquiry.contradictions.min {
            $0.key.utf8.lexicographicallyPrecedes($1.key.utf8)
        }
        if let first { return halt("\(first.value) (\(sightings(inquiry)))") }
        let members = Set(log.brake.monitors.current.members.map(\.party))
        let count = inquiry.heard.keys.count { members.contains($0) }
        if count >= answersNeeded || isVouchedFor { return open(now) }
        let refusals = inquiry.refusesFrom <= now ? refuseWaiting() : []
        if inquiry.isReported { return refusals }
        inquiry.isReported = true
        phase = .asking(inquiry)
        return [.report(.warning("signing nothing yet: \(waitingFor(inquiry))"))] + refusals
    }

    /// Nobody is kept waiting for what may take long.
    private mutating func refuseWaiting() -> [Action] {
        let why = reasonNotReady ?? "starting"
        let tickets = Set(waiting.values.flatMap(\.tickets)).sorted { $0.number < $1.number }
        waiting = [:]
        queue = []
        return tickets.map { .reply($0, .unable(why)) }
    }

    /// Why nothing is taken yet, or any more; nil while all is well.
    public var reasonNotReady: String? {
        switch phase {
        case .open, .following: published == nil ? "starting" : nil
        case .restoring: "starting"
        case .asking(let inquiry): "starting: \(waitingFor(inquiry))"
        case .halted(let why): why
        }
    }

    private func waitingFor(_ inquiry: LogInquiry) -> String {
        "\(answersNeeded) monitors have to say what was signed before; \(sightings(inquiry))"
    }

    /// Who holds which size, in words.
    private func sightings(_ inquiry: LogInquiry) -> String {
        let words = (monitors + witnessNames).map { name in
            switch inquiry.heard[name] {
            case nil: "\(name) does not answer"
            case TreeSize.empty?: "\(name) holds no checkpoint"
            case let size?: "\(name) holds a checkpoint of \(size)"
            }
        }
        return words.joined(separator: ", ")
    }
}
