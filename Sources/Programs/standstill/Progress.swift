// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// One line on standard error that is written over while a long log comes in; silent where nobody
/// watches.
struct Progress {
    private let isWatched: Bool
    private let what: String

    init(_ what: String) {
        self.what = what
        isWatched = isatty(2) == 1
    }

    func report(_ done: UInt64, of all: UInt64) {
        guard isWatched else { return }
        let line = "\r\(what): \(done) of \(all)" + (done >= all ? "\n" : "")
        let bytes = Array(line.utf8)
        _ = bytes.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
    }
}
