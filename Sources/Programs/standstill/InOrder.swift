// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Work on pieces that come one after another: done on all cores at once, with the outcomes in the
/// order of the pieces. Holds a few pieces at a time, however many there are.
struct InOrder<Outcome: Sendable>: ~Copyable {
    typealias Work = @Sendable () async -> Result<Outcome, Failure>

    private var running: [Task<Result<Outcome, Failure>, Never>] = []
    private let piece: () throws(Failure) -> Work?
    private let width: Int

    /// - Parameter piece: the work on the next piece; nil once there are no more.
    init(_ piece: @escaping () throws(Failure) -> Work?) {
        self.piece = piece
        // One piece waits for each that is worked on, so that no core does.
        width = 2 * max(1, ProcessInfo.processInfo.activeProcessorCount)
    }

    /// The next outcome; nil after the last.
    mutating func next() async throws(Failure) -> Outcome? {
        while running.count < width, let work = try piece() {
            running.append(Task { await work() })
        }
        guard !running.isEmpty else { return nil }
        return try await running.removeFirst().value.get()
    }

    deinit { for task in running { task.cancel() } }
}
