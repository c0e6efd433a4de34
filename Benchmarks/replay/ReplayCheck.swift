// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import Roles
import TransparencyLog

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Checks a bundle as `standstill verify bundle` does, with so many pieces worked on at once, and
/// says how fast that was and how much memory it took.
struct ReplayCheck {
    private let path: String
    private let width: Int
    private static let newline = UInt8(ascii: "\n")

    #if canImport(Darwin)
        private static let this = RUSAGE_SELF
    #else
        private static let this = Int32(RUSAGE_SELF.rawValue)
    #endif

    init(_ path: String, width: Int) {
        self.path = path
        self.width = width
    }

    func run() async throws {
        let start = ContinuousClock.now
        var tail = BundleOrders()
        let first = LineInput(path)
        while let line = first.next() { tail.receive(line + [ReplayCheck.newline]) }
        let scanned = ContinuousClock.now
        var verification = BundleVerification(keeping: .nothing(orders: tail.orders))
        let lines = LineInput(path)
        while let line = lines.next() {
            try verification.receive(line + [ReplayCheck.newline])
            if let (index, count) = verification.awaitedEntries, let law = verification.law {
                try await checkEntries(lines, from: index, count, law, &verification)
            }
        }
        let report = try verification.finish()
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        var usage = rusage()
        getrusage(ReplayCheck.this, &usage)
        let cpu =
            Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
        let size = report.checkpoint.size.value
        print(
            "\(size) entries, \(report.orders) orders, \(width) at once: \(seconds) s "
                + "(first look \((scanned - start) / .seconds(1)) s), "
                + "\(Int(Double(size) / seconds)) entries/s, CPU \(cpu) s, "
                + "peak memory \(usage.ru_maxrss / 1024) MiB")
    }

    private func checkEntries(
        _ lines: LineInput, from first: LogIndex, _ count: UInt64, _ law: Brake,
        _ verification: inout BundleVerification
    ) async throws {
        var running: [Task<[CheckedEntryLine], Never>] = []
        var position = first.value
        let end = first.value + count
        while position < end || !running.isEmpty {
            while running.count < 2 * width, position < end {
                let from = position
                let piece = (0..<min(256, end - position)).compactMap { _ in lines.next() }
                guard !piece.isEmpty else { return }
                position += UInt64(piece.count)
                running.append(
                    Task {
                        piece.enumerated().map { place, line in
                            CheckedEntryLine(
                                line, index: LogIndex(from + UInt64(place)), law: law)
                        }
                    })
            }
            for line in await running.removeFirst().value { try verification.receive(line) }
        }
    }
}

/// A file's lines, without their newlines.
private final class LineInput {
    private let file: UnsafeMutablePointer<FILE>
    private var line: UnsafeMutablePointer<CChar>?
    private var capacity = 0

    init(_ path: String) {
        guard let file = fopen(path, "r") else { fatalError("\(path) cannot be read") }
        self.file = file
    }

    func next() -> [UInt8]? {
        let count = getline(&line, &capacity, file)
        guard count > 0, let line else { return nil }
        return line.withMemoryRebound(to: UInt8.self, capacity: count) {
            Array(UnsafeBufferPointer(start: $0, count: count - 1))
        }
    }

    deinit {
        free(line)
        fclose(file)
    }
}
