// SPDX-License-Identifier: Apache-2.0

import Client
import PauseAgreement
import Site
import Storage
import TransparencyLog

/// Signs a statement over each closed period, hands it to the log, and mails its openings to those
/// who may read them; until the node has both, again and again.
struct SiteCourier {
    /// Names of what is kept beside a period.
    static let statement = "statement.json"
    static let openings = "openings.json"
    static let entry = "entry.json"
    static let mailed = "mailed.json"

    private let plan: SitePlan
    private let report: SiteReport
    private let archive: SiteArchive
    private var done = 0
    private var delivered: Set<Int> = []
    private var logging = Attempts()
    private var mailing = Attempts()

    /// How often something failed in a row, and when it is tried again.
    private struct Attempts {
        var failures = 0
        var notBefore = ContinuousClock.now
        var lastTrouble: String?

        mutating func failed() {
            failures += 1
            notBefore = .now + .milliseconds(min(30_000, 250 << min(failures, 7)))
        }
    }

    init(_ plan: SitePlan, _ report: SiteReport) {
        self.plan = plan
        self.report = report
        archive = SiteArchive(folder: plan.folder)
    }

    mutating func run() async {
        while !Task.isCancelled {
            if await deliverAll() { return }
            do { try await Task.sleep(for: .milliseconds(100)) } catch { return }
        }
    }

    /// True once as many periods were delivered as were asked for.
    private mutating func deliverAll() async -> Bool {
        guard let periods = try? archive.periods() else { return false }
        let open = periods.map(\.number).filter { !delivered.contains($0) }
        // A mailbox that is full or away holds back no statement, and a log in order.
        for number in open {
            let isDone = await attempt(number, \.logging) { (courier) throws(Failure) in
                _ = try await courier.logged(number)
            }
            if !isDone { break }
        }
        for number in open {
            guard let entry = try? attachment(SiteCourier.entry, number), entry != nil else {
                break
            }
            var isNew = false
            let isDone = await attempt(number, \.mailing) { (courier) throws(Failure) in
                isNew = try await courier.mail(number)
            }
            guard isDone else { break }
            delivered.insert(number)
            done += isNew ? 1 : 0
            if let once = plan.once, done >= once { return true }
        }
        return false
    }

    /// False where it failed, which is said once and tried again later.
    private mutating func attempt(
        _ number: Int, _ attempts: WritableKeyPath<SiteCourier, Attempts>,
        _ step: (SiteCourier) async throws(Failure) -> Void
    ) async -> Bool {
        guard self[keyPath: attempts].notBefore <= .now else { return false }
        do throws(Failure) {
            try await step(self)
            self[keyPath: attempts] = Attempts()
            return true
        } catch {
            if Task.isCancelled { return false }
            // That nobody answers is one trouble, in whatever words the system says so.
            let trouble = error.exitCode == 69 ? "unreachable" : error.message
            if self[keyPath: attempts].lastTrouble != trouble { report.trouble(number, error) }
            self[keyPath: attempts].lastTrouble = trouble
            self[keyPath: attempts].failed()
            return false
        }
    }

    /// Mails the openings of a logged period; false where that was done before.
    private func mail(_ number: Int) async throws(Failure) -> Bool {
        if try attachment(SiteCourier.mailed, number) != nil { return false }
        guard let bytes = try attachment(SiteCourier.statement, number),
            let envelope = try? Envelope(json: JSON.parse(bytes)),
            let openings = try attachment(SiteCourier.openings, number),
            let opened = try? Openings(json: JSON.parse(openings))
        else { throw .malformed("\(plan.folder): period \(number) has lost its statement") }
        let statement = try readStatement(in: envelope, from: "period \(number)")
        var signers: [PrivateKey] = []
        for path in plan.signing.keys { signers.append(try readPrivateKey(path)) }
        let mail = try SealedMail(
            opened, of: statement, under: plan.agreement, signedBy: signers)
        let sent = await mail.send(to: plan.node)
        if let failed = sent.failed { throw failed.failure }
        try attach(SiteCourier.mailed, ["mail": sent.json], number)
        report.mailed(number, sent, mail.warnings)
        return true
    }

    /// The period's entry in the log, made where there is none.
    private func logged(_ number: Int) async throws(Failure) -> LogIndex {
        if let bytes = try attachment(SiteCourier.entry, number),
            let index = (try? JSON.parse(bytes))?["entry"]?.integer, index >= 0
        {
            return LogIndex(UInt64(index))
        }
        if let index = try await earlierSubmission(number) { return try keep(index, number) }
        let signed = try sign(number)
        let submitted = try await asking { () throws(ClientFault) in
            try await plan.node.submit(signed.envelope.json.canonicalBytes)
        }
        // The statement is logged, whether or not this second question is answered.
        let logged = try? await asking { () throws(ClientFault) in
            try await plan.node.statement(submitted.index)
        }
        if let why = logged?["effect"]?.string {
            report.warning("entry \(submitted.index) is without effect: \(why)")
        }
        return try keep(submitted.index, number)
    }

    private func keep(_ index: LogIndex, _ number: Int) throws(Failure) -> LogIndex {
        try attach(SiteCourier.entry, ["entry": .integer(Int64(index.value))], number)
        report.logged(number, index)
        return index
    }

    /// Where an earlier try reached the log although no answer came back.
    ///
    /// What did not reach it is signed anew: its sequence may have been overtaken.
    private func earlierSubmission(_ number: Int) async throws(Failure) -> LogIndex? {
        guard let bytes = try attachment(SiteCourier.statement, number),
            let envelope = try? Envelope(json: JSON.parse(bytes))
        else { return nil }
        let page = try await asking { () throws(ClientFault) in
            try await plan.node.statements(payload: envelope.payloadDigest)
        }
        let index = page["statements"]?.array?.first?["index"]?.integer
        return index.flatMap { $0 >= 0 ? LogIndex(UInt64($0)) : nil }
    }

    private func sign(_ number: Int) throws(Failure) -> SignedStatement {
        let period = try period(number)
        let leaves = try leaves(number)
        let previous = try storing { () throws(StorageFault) in
            try archive.periods().first { $0.number == number - 1 }
        }
        // Where nobody measured in between, the sums begin with the period itself.
        let isJoined = previous?.to == period.from
        let before = isJoined ? try leavesIfKept(number - 1) : []
        let summary = PeriodSummary.reconcile(
            SiteSamples.read(leaves, from: plan.folder, period: number, report),
            earlier: SiteSamples.read(before, from: plan.folder, period: number - 1, nil),
            longestGap: plan.longestGap)
        let members: JSON = [
            "site": .string(plan.site),
            "from": .string(Time(milliseconds: period.from).description),
            "to": .string(Time(milliseconds: period.to).description),
            "root": .string(period.root.hex),
            "events": .array(summary.events.map { .string($0.rawValue) }),
            "emulated": .bool(plan.emulated || summary.emulated),
            "samples": .integer(Int64(period.leaves)), "energy": .string(summary.energy),
            "device-hours": .string(summary.deviceHours),
            "by-class": .object(
                JSONObject(summary.hoursByClass.map { ($0.key, JSON.string($0.value)) })),
        ]
        let signed = try plan.signing.sign(
            .telemetry, members, from: "period \(number)", sequence: nil)
        guard let openings = signed.openings else {
            throw .bug("a telemetry statement seals its sums")
        }
        try attach(SiteCourier.openings, openings.json, number)
        try attach(SiteCourier.statement, signed.envelope.json, number)
        if let out = plan.out { try write(signed.envelope, openings, number, to: out) }
        report.summed(number, summary)
        return signed
    }

    private func write(
        _ envelope: Envelope, _ openings: Openings, _ number: Int, to folder: String
    ) throws(Failure) {
        let path = "\(folder)/telemetry-\(number).json"
        try OutputFile.write(
            openings.json.prettyBytes, to: OpeningsFile.beside(path), isSecret: true)
        try OutputFile.write(envelope.json.canonicalBytes + [0x0A], to: path)
    }

    // MARK: - The archive

    private func period(_ number: Int) throws(Failure) -> SiteArchive.Period {
        let periods = try storing { () throws(StorageFault) in try archive.periods() }
        guard let period = periods.first(where: { $0.number == number }) else {
            throw .malformed("\(plan.folder): period \(number) is gone")
        }
        return period
    }

    private func leavesIfKept(_ number: Int) throws(Failure) -> [[UInt8]] {
        try storing { () throws(StorageFault) in try archive.leaves(of: number) } ?? []
    }

    private func leaves(_ number: Int) throws(Failure) -> [[UInt8]] {
        guard
            let leaves = try storing({ () throws(StorageFault) in
                try archive.leaves(of: number)
            })
        else { throw .malformed("\(plan.folder): the samples of period \(number) are gone") }
        return leaves
    }

    private func attachment(_ name: String, _ number: Int) throws(Failure) -> [UInt8]? {
        try storing { () throws(StorageFault) in try archive.attachment(name, of: number) }
    }

    private func attach(_ name: String, _ json: JSON, _ number: Int) throws(Failure) {
        try storing { () throws(StorageFault) in
            try archive.attach(name, json.canonicalBytes + [0x0A], to: number)
        }
    }
}
