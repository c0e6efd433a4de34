// SPDX-License-Identifier: Apache-2.0

public import Enforcement
public import PauseAgreement
public import Storage
import TransparencyLog

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A gate's memory on a disk: the highest order believed, evidence of a contradiction, leases of
/// jobs.
///
/// What it holds is verified again whenever it is recalled: a disk is not believed either.
public struct OrderStore: Sendable {
    public let folder: String
    /// Held by the one gate that writes here; nil for a reader.
    private let lock: StoreLock?

    /// Whether a gate ever kept anything there.
    public static func exists(at folder: String) -> Bool {
        access(folder, R_OK | X_OK) == 0
    }

    /// A folder to look into.
    public init(reading folder: String) {
        self.folder = folder
        lock = nil
    }

    /// A folder to write to, made where there is none.
    ///
    /// - Throws: ``StorageFault`` with ``StorageFault/Code/inUse`` where another gate writes there.
    public init(writing folder: String) throws(StorageFault) {
        self.folder = folder
        guard mkdir(folder, 0o755) == 0 || errno == EEXIST else {
            throw StorageFault(
                .cannotOpen, "make folder \(folder)", cause: String(cString: strerror(errno)))
        }
        lock = try StoreLock(path: folder + "/lock")
    }

    // MARK: - The order

    private var order: MarkFile { MarkFile(path: folder + "/order.note") }

    /// The two notes that contradict each other. While the second is there, the gate stays closed.
    private var evidence: (MarkFile, MarkFile) {
        (
            MarkFile(path: folder + "/contradiction-1.note"),
            MarkFile(path: folder + "/contradiction-2.note")
        )
    }

    /// Where people find the proof of a contradiction.
    public var evidencePath: String { evidence.1.path }

    /// The notes by which the monitors changed, up to the set of the highest order.
    private var rotations: MarkFile { MarkFile(path: folder + "/monitors.json") }

    /// What a gate's folder holds.
    public struct Recalled: Sendable {
        /// The highest order kept.
        public var order: BelievedOrder?
        /// The sets of monitors up to the newest that an order was believed under: no order of an
        /// earlier one is believed any more.
        public var monitors: MonitorChain
        /// What is wrong on the disk.
        public var alarms: [GateAlarm] = []
    }

    public func recall(under agreement: Agreement) -> Recalled {
        var recalled = Recalled(monitors: MonitorChain(agreement))
        do {
            if let bytes = try rotations.read() {
                let notes = try MonitorChain.notes(of: try JSON.parse(bytes))
                try recalled.monitors.extend(with: notes, under: agreement)
            }
        } catch {
            recalled.alarms.append(.damagedFile(path: rotations.path, cause: "\(error)"))
        }
        do {
            guard let bytes = try order.read() else { return recalled }
            let note = try UnverifiedNote(parsing: bytes)
            // The set is kept before the order that it came with, so this one may be of the set
            // before.
            let named = (try? Order(parsing: note.text))?.monitors
            let believed = try BelievedOrder(
                verifying: note, under: agreement, monitors: recalled.monitors.set(named: named))
            recalled.order = isContradicted ? believed.contradicted() : believed
        } catch {
            recalled.alarms.append(.damagedFile(path: order.path, cause: "\(error)"))
        }
        return recalled
    }

    /// Kept before the first order under its newest set.
    public func keep(_ monitors: MonitorChain) throws(StorageFault) {
        precondition(lock != nil, "only the gate that holds the lock writes to its folder")
        try rotations.replace(with: monitors.json.canonicalBytes)
    }

    public func keep(_ believed: BelievedOrder) throws(StorageFault) {
        precondition(lock != nil, "only the gate that holds the lock writes to its folder")
        try order.replace(with: believed.note.bytes)
    }

    /// Whether evidence of a contradiction lies there; what it says does not matter.
    public var isContradicted: Bool { access(evidence.1.path, F_OK) == 0 }

    public func keep(_ first: BelievedOrder, contradictedBy second: BelievedOrder)
        throws(StorageFault)
    {
        precondition(lock != nil, "only the gate that holds the lock writes to its folder")
        // The first proof found is kept; later ones add nothing.
        guard !isContradicted else { return }
        try evidence.0.replace(with: first.note.bytes)
        try evidence.1.replace(with: second.note.bytes)
    }

    // MARK: - Leases

    /// Until when a running job may go on without a further order; nil where nothing was kept.
    public func recallLease(of job: Job) -> (allowedUntil: Time?, alarms: [GateAlarm]) {
        let file = lease(of: job)
        do {
            guard let bytes = try file.read() else { return (nil, []) }
            var fields = try Fields(try JSON.parse(bytes))
            let id = try fields.string("job")
            let until = try fields.integer("allowed-until", in: 0...Statement.largestSequence)
            try fields.end()
            guard id == job.id else { throw fields.missing("job", job.id) }
            return (Time(milliseconds: until), [])
        } catch {
            return (nil, [.damagedFile(path: file.path, cause: "\(error)")])
        }
    }

    public func keepLease(of job: Job, allowedUntil: Time) throws(StorageFault) {
        precondition(lock != nil, "only the gate that holds the lock writes to its folder")
        let json: JSON = .object([
            "job": .string(job.id), "allowed-until": .integer(allowedUntil.milliseconds),
        ])
        try lease(of: job).replace(with: json.canonicalBytes)
    }

    /// A file name that any job's name gives.
    private func lease(of job: Job) -> MarkFile {
        MarkFile(path: "\(folder)/lease-\(Digest.sha256(Array(job.id.utf8)).hex.prefix(16)).json")
    }
}
