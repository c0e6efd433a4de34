// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import Roles
import TransparencyLog

/// Checks a bundle's file on all cores.
enum BundleReading {
    /// What the bundle shows, in memory that does not grow with its log.
    ///
    /// - Throws: ``Failure`` 1 at the first line that does not hold.
    static func verify(_ path: String, agreementID: Digest?) async throws(Failure) -> BundleReport {
        let file = try BundleFile(path)
        var tail = BundleOrders()
        while case let piece = try file.piece(), !piece.isEmpty { tail.receive(Array(piece)) }
        try file.rewind()
        var verification = BundleVerification(
            agreementID: agreementID, keeping: .nothing(orders: tail.orders))
        return try await check(file, &verification)
    }

    /// The same, with the log held, for questions about any of its entries.
    static func whole(
        _ path: String, agreementID: Digest?
    ) async throws(Failure) -> (report: BundleReport, log: LogReplay) {
        var verification = BundleVerification(agreementID: agreementID)
        let report = try await check(BundleFile(path), &verification)
        guard let log = report.replay else { throw .bug("the entries were to be held") }
        return (report, log)
    }

    private static func check(
        _ file: BundleFile, _ verification: inout BundleVerification
    ) async throws(Failure) -> BundleReport {
        do {
            while true {
                if verification.awaitedEntries != nil {
                    try await checkEntries(of: file, &verification)
                }
                guard let line = try file.line(Bundle.longestLine) else { break }
                try verification.receive(line.bytes + (line.isWhole ? [UInt8(ascii: "\n")] : []))
            }
            return try verification.finish()
        } catch let failure as BundleFailure {
            throw .doesNotHold("\(file.name): \(failure)")
        } catch let failure as Failure {
            throw failure
        } catch {
            throw .bug("\(error)")
        }
    }

    /// All lines in the place of entries: read in order, checked on all cores, taken in order.
    private static func checkEntries(
        of file: BundleFile, _ verification: inout BundleVerification
    ) async throws {
        guard let (first, count) = verification.awaitedEntries, let law = verification.law else {
            return
        }
        var position = first.value
        let end = first.value + count
        // A line that was cut off is an error of the file, found where it is taken.
        var torn: [UInt8]?
        var chunks = InOrder<[CheckedEntryLine]> { () throws(Failure) in
            let from = position
            var lines: [[UInt8]] = []
            while position < end, lines.count < 256, torn == nil,
                let line = try file.line(Bundle.longestLine)
            {
                guard line.isWhole else {
                    torn = line.bytes
                    break
                }
                lines.append(line.bytes)
                position += 1
            }
            guard !lines.isEmpty else { return nil }
            return { [lines] in
                .success(
                    lines.enumerated().map { place, line in
                        CheckedEntryLine(line, index: LogIndex(from + UInt64(place)), law: law)
                    })
            }
        }
        while let lines = try await chunks.next() {
            for line in lines { try verification.receive(line) }
        }
        if let torn { try verification.receive(torn) }
    }
}
