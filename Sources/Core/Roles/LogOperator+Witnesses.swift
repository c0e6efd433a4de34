// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
import TransparencyLog

/// What is known of a witness that is no monitor.
///
/// Each is asked on its own: one that is slow, wrong or gone holds up neither the log nor the rest.
struct WitnessLink: Sendable {
    let key: NoteKey
    /// The size that it cosigned last, as far as we know.
    var size = TreeSize.empty
    /// What it was asked and has not answered, and when.
    var asked: (checkpoint: Checkpoint, at: Time)?
    /// What it cosigned last, and when.
    var cosigned: (checkpoint: Checkpoint, at: Time)?
    /// How often its size was learnt anew since it last cosigned.
    var corrections = 0
    /// Attempts that failed since it last cosigned.
    var failures = 0
    var notBefore: Time?
    /// The last thing that went wrong, so that it is reported once.
    var trouble: String?

    /// What it has cosigned before is asked for again after this long, so that its time stays
    /// fresh while nothing happens.
    static let refresh = TimeSpan(milliseconds: 60_000)
    /// One that has not cosigned for this long is not counted as heard.
    static let lately = TimeSpan(milliseconds: 180_000)
    /// An answer is waited for no longer than this.
    static let patience = TimeSpan(milliseconds: 30_000)
    /// One that fails again and again is left alone for up to this long.
    static let longestPause = TimeSpan(milliseconds: 60_000)
    /// Each witness is asked this often at most.
    static let pace = TimeSpan(milliseconds: 1000)

    /// Whether it may be asked about a checkpoint now.
    func isDue(for target: Checkpoint, _ now: Time) -> Bool {
        if let asked, now < asked.at + WitnessLink.patience { return false }
        if let notBefore, now < notBefore { return false }
        guard size <= target.size else { return false }
        guard let cosigned else { return true }
        return cosigned.checkpoint != target || cosigned.at + WitnessLink.refresh <= now
    }
}

// MARK: - Asking witnesses

extension LogOperator {
    /// Names of the witnesses that are no monitors, sorted.
    public var witnessNames: [String] {
        witnesses.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// How many of them have cosigned lately, and how many there are.
    public func witnessesHeard(at now: Time) -> (cosigned: Int, of: Int) {
        let count = witnesses.values.count {
            $0.cosigned.map { now < $0.at + WitnessLink.lately } ?? false
        }
        return (count, witnesses.count)
    }

    /// Asks every witness that is idle about the checkpoint that the monitors are asked about, so
    /// that their cosignatures meet on one note; about the newest where no round is under way.
    mutating func askWitnesses(_ now: Time) -> [Action] {
        guard case .open = phase, !witnesses.isEmpty, let published else { return [] }
        var target = published
        if let round, !round.isOver { target = round.target }
        return witnessNames.flatMap { ask(witness: $0, target, now) }
    }

    private mutating func ask(witness name: String, _ target: CheckpointNote, _ now: Time)
        -> [Action]
    {
        guard let link = witnesses[name], link.isDue(for: target.checkpoint, now) else { return [] }
        witnesses[name]?.asked = (target.checkpoint, now)
        witnesses[name]?.notBefore = now + WitnessLink.pace
        let request = AddCheckpoint(
            oldSize: link.size,
            proof: log.tree.proveConsistency(from: link.size, to: target.checkpoint.size),
            note: UnverifiedNote(text: target.checkpoint.text, signatures: [target.signature]))
        return [.send(monitor: name, .addCheckpoint(request.body))]
    }

    mutating func witnessed(_ name: String, _ answer: MonitorAnswer, _ now: Time) -> [Action] {
        guard let asked = witnesses[name]?.asked else { return [] }
        witnesses[name]?.asked = nil
        switch answer {
        case .cosigned(let lines): return cosigned(by: name, asked.checkpoint, lines, now)
        case .expected(let size): return corrected(witness: name, size, now)
        case .refused(let why), .unreachable(let why): return failed(witness: name, why, now)
        case .order: return failed(witness: name, "answered with an order", now)
        }
    }

    private mutating func cosigned(
        by name: String, _ checkpoint: Checkpoint, _ lines: [NoteSignature], _ now: Time
    ) -> [Action] {
        guard let key = witnesses[name]?.key,
            let line = UnverifiedNote(text: checkpoint.text, signatures: lines).cosignature(by: key)
        else { return failed(witness: name, "its cosignature does not hold", now) }
        let before = witnesses[name]?.size ?? .empty
        witnesses[name]?.size = max(before, checkpoint.size)
        witnesses[name]?.cosigned = (checkpoint, now)
        witnesses[name]?.corrections = 0
        witnesses[name]?.failures = 0
        witnesses[name]?.trouble = nil
        add(line, to: checkpoint)
        return []
    }

    /// Puts a cosignature on every copy of the checkpoint that is held.
    private mutating func add(_ line: NoteSignature, to checkpoint: Checkpoint) {
        if published?.checkpoint == checkpoint { published?.note.add(line) }
        if cosigned?.checkpoint == checkpoint { cosigned?.note.add(line) }
        if round?.target.checkpoint == checkpoint { round?.target.note.add(line) }
    }

    /// The witness says that it has cosigned another size than we believed.
    private mutating func corrected(witness name: String, _ size: TreeSize, _ now: Time)
        -> [Action]
    {
        witnesses[name]?.corrections += 1
        guard size <= log.size, size != witnesses[name]?.size,
            (witnesses[name]?.corrections ?? 0) <= 3
        else {
            // It may have seen what we have lost, or another history: only a checkpoint that we
            // signed would show that.
            return failed(witness: name, "has cosigned size \(size)", now) + [.ask(monitor: name)]
        }
        witnesses[name]?.size = size
        // What it cosigned in an earlier life of ours is no cosignature that we hold.
        witnesses[name]?.cosigned = nil
        witnesses[name]?.notBefore = nil
        return askWitnesses(now)
    }

    private mutating func failed(witness name: String, _ why: String, _ now: Time) -> [Action] {
        let isKnown = witnesses[name]?.trouble == why
        let failures = witnesses[name]?.failures ?? 0
        let pause = min(
            WitnessLink.longestPause.milliseconds,
            WitnessLink.pace.milliseconds << Int64(min(failures, 10)))
        witnesses[name]?.trouble = why
        witnesses[name]?.failures = failures + 1
        witnesses[name]?.notBefore = now + TimeSpan(milliseconds: pause)
        return isKnown ? [] : [.report(.warning("\(name): \(why)"))]
    }
}

extension UnverifiedNote {
    /// The cosignature of this key that holds, and says when it was made.
    ///
    /// Source: C2SP tlog-witness, "the timestamp MUST NOT be zero".
    func cosignature(by key: NoteKey) -> NoteSignature? {
        signatures.first { line in
            let alone = UnverifiedNote(text: text, signatures: [line])
            guard let time = try? alone.verified(by: [key]).times[key] else { return false }
            return time > 0
        }
    }
}
