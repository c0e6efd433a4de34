// SPDX-License-Identifier: Apache-2.0

import Dispatch

/// One small file that is replaced as a whole: after a crash it holds the old bytes or the new
/// ones.
///
/// Log nodes keep their last signed checkpoint in one, gates the highest order that they have
/// believed.
public struct MarkFile: Sendable {
    public let path: String

    public init(path: String) {
        self.path = path
    }

    /// The bytes last written; nil where nothing was.
    public func read() throws(StorageFault) -> [UInt8]? {
        try PlainFile.read(path)
    }

    /// Writes the bytes beside the old ones, waits for the disk, and puts them in their place.
    public func replace(with bytes: [UInt8]) throws(StorageFault) {
        let draft = path + ".new"
        try PlainFile.create(draft, bytes, mode: 0o644)
        try PlainFile.move(draft, to: path)
    }
}

extension MarkFile {
    private static let queue = DispatchQueue(label: "marks")

    /// The same, without holding up the thread that asks.
    public func replaceInBackground(with bytes: [UInt8]) async throws {
        try await withCheckedThrowingContinuation {
            (continuation: CheckedContinuation<Void, any Error>) in
            MarkFile.queue.async {
                continuation.resume(with: Result { try replace(with: bytes) })
            }
        }
    }
}
