// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import Roles
import Server
import Storage
import TransparencyLog

/// One look through a whole store: reads all of it, and has ``StoreExamination`` say what is wrong.
struct StoreCheck {
    typealias Finding = StoreExamination.Finding

    /// Whose store it is, going by its marks.
    enum Role: String {
        case log, monitor, witness
        /// There is nothing in it yet.
        case empty
    }

    struct Result {
        let role: Role
        let head: TreeHead
        let marks: Int
        let messages: Int
        let findings: [Finding]

        /// What was looked at, where all is well.
        var summary: String {
            switch role {
            case .empty: "ok: an empty store"
            case .witness: "ok: a witness's store, \(marks) marks"
            case .log: "ok: a log's store, \(head), \(marks) marks, \(messages) messages"
            case .monitor: "ok: a monitor's store, \(head), \(marks) marks"
            }
        }
    }

    struct Progress {
        let entries: UInt64
        let of: TreeSize
    }

    let agreement: Agreement
    let store: StoreInspection
    /// The second place of a log.
    let mark: MarkFile?
    /// Keys of logs that a witness knows besides the agreement's.
    let logs: [NoteKey]
    /// Whether the operator named the mark, so that it has to be there.
    let isMarkGiven: Bool

    private static let page = 1024
    private static let progressEvery: UInt64 = 10_000

    /// - Throws: what keeps the store from being read at all; what is wrong in it is a finding.
    func run(progress: (Progress) -> Void) async throws -> Result {
        var examination = StoreExamination(agreement: agreement)
        try await finding(in: &examination, "the database") { examination in
            for (file, complaint) in try await store.complaints() {
                examination.note(file, complaint)
            }
        }
        var marks: [(key: String, value: [UInt8])] = []
        try await finding(in: &examination, "marks") { _ in marks = try await allMarks() }
        let heads = try await heads(&examination)
        let role = role(of: marks, heads)
        try examine(marks, of: role, hasEntries: !heads.isEmpty, &examination)
        try await examineLeaves(&examination, heads, progress)
        examination.finish(head: heads.last ?? .empty)
        let messages = role == .log ? try await examineMail(&examination) : 0
        return Result(
            role: role, head: examination.head, marks: marks.count, messages: messages,
            findings: examination.findings)
    }

    /// Damage is something to be found; only where nothing can be read it is an end.
    private func finding(
        in examination: inout StoreExamination, _ place: String,
        _ body: (inout StoreExamination) async throws -> Void
    ) async throws {
        do {
            try await body(&examination)
        } catch let fault as StorageFault where fault.code == .damaged {
            examination.note(place, "\(fault)")
        }
    }

    // MARK: - Marks

    private func allMarks() async throws -> [(key: String, value: [UInt8])] {
        var marks: [(key: String, value: [UInt8])] = []
        while true {
            let page = try await store.store.values(
                prefix: "", after: marks.last?.key, limit: StoreCheck.page)
            if page.isEmpty { return marks }
            marks += page
        }
    }

    private func role(of marks: [(key: String, value: [UInt8])], _ heads: [TreeHead]) -> Role {
        func has(_ prefix: String) -> Bool { marks.contains { $0.key.hasPrefix(prefix) } }
        if has(StoreMarks.monitor) { return .monitor }
        if has(StoreMarks.order) { return .log }
        // A monitor that has signed no order yet has cosigned or fetched; a log has its mark.
        if has(StoreMarks.witness) { return heads.isEmpty ? .witness : .monitor }
        return heads.isEmpty ? .empty : .log
    }

    private func examine(
        _ marks: [(key: String, value: [UInt8])], of role: Role, hasEntries: Bool,
        _ examination: inout StoreExamination
    ) throws {
        if role == .log || role == .empty {
            if let mark, let bytes = try mark.read() {
                examination.examine(mark: bytes, at: mark.path)
            } else if let mark, hasEntries || isMarkGiven {
                examination.note(mark.path, "it is missing: nothing says what was signed last")
            }
        }
        for (key, value) in marks {
            let place = "mark \(key)"
            switch key {
            case StoreMarks.checkpoint: examination.examine(mark: value, at: place)
            case StoreMarks.monitorMark: examination.examine(monitorMark: value, at: place)
            case StoreMarks.monitorOrder:
                examination.examine(order: value, at: place, isPublished: false)
            case StoreMarks.proposal, StoreMarks.monitorProposal:
                examination.examine(proposal: value, at: place)
            case _ where key.hasPrefix(StoreMarks.held):
                if !value.isEmpty { examination.examine(held: value, at: place) }
            case _ where key.hasPrefix(StoreMarks.order):
                examination.examine(order: value, at: place, isPublished: true)
            case _ where key.hasPrefix(StoreMarks.witness):
                examination.examine(
                    cosigned: value, named: String(key.dropFirst(StoreMarks.witness.count)),
                    logs: logs, at: place)
            default: break
            }
        }
    }

    // MARK: - Entries

    private func heads(_ examination: inout StoreExamination) async throws -> [TreeHead] {
        var heads: [TreeHead] = []
        try await finding(in: &examination, "heads") { examination in
            heads = try await store.store.heads()
            for (one, next) in zip(heads, heads.dropFirst()) where next.size <= one.size {
                examination.note("head \(next.size)", "it stands behind head \(one.size)")
            }
        }
        return heads
    }

    private func examineLeaves(
        _ examination: inout StoreExamination, _ heads: [TreeHead], _ progress: (Progress) -> Void
    ) async throws {
        let ends = Dictionary(heads.map { ($0.size, $0) }, uniquingKeysWith: { first, _ in first })
        var payloads = 0
        try await finding(in: &examination, "entries") { examination in
            while true {
                let start = LogIndex(examination.size.value)
                let leaves = try await store.store.leaves(from: start, limit: StoreCheck.page)
                if leaves.isEmpty { break }
                for leaf in leaves {
                    let index = LogIndex(examination.size.value)
                    let end = ends[TreeSize(index.value + 1)]
                    guard let read = examination.examine(leaf: leaf, endingAt: end) else {
                        continue
                    }
                    if read.first == index { payloads += 1 }
                    try await examineIndex(&examination, read.payload, read.first, index)
                    if (index.value + 1).isMultiple(of: StoreCheck.progressEvery) {
                        progress(
                            Progress(entries: index.value + 1, of: heads.last?.size ?? .empty))
                    }
                }
            }
            if let count = try await store.payloadCount(), count != payloads {
                examination.note(
                    "payloads", "\(count) can be looked up, the entries have \(payloads)")
            }
        }
    }

    private func examineIndex(
        _ examination: inout StoreExamination, _ payload: Digest, _ first: LogIndex,
        _ index: LogIndex
    ) async throws {
        let found = try await store.store.index(ofPayload: payload)
        guard found != first else { return }
        examination.note(
            "entry \(index)",
            found.map { "its payload is looked up at entry \($0), and stands first at \(first)" }
                ?? "its payload cannot be looked up")
    }

    // MARK: - Mail

    /// Returns how many messages there are.
    private func examineMail(_ examination: inout StoreExamination) async throws -> Int {
        var count = 0
        try await finding(in: &examination, "mail") { examination in
            var position: Int64 = 0
            while true {
                let page = try await store.mail(after: position, limit: StoreCheck.page)
                guard let last = page.last else { break }
                position = last.position
                count += page.count
                for (position, mail) in page {
                    examination.examine(
                        mail: mail.envelope, id: mail.id, sender: mail.sender,
                        recipient: mail.recipient, at: "message \(position)")
                }
            }
        }
        return count
    }
}
