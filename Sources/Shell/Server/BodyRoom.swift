// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// How much of all bodies that are being read may lie in memory at once: many who send large ones
/// slowly must not fill it.
enum BodyRoom {
    /// Bytes of all bodies together, beyond ``free`` of each.
    static let most = 256 << 20
    /// What every body may have without asking: most statements are smaller.
    static let free = 8 << 10

    private static let taken = Atomic(0)

    /// The room of one body; given back when it ends.
    struct Place: ~Copyable {
        private var bytes = 0

        /// Whether there is room for a body of this length.
        mutating func grow(to count: Int) -> Bool {
            let more = count - BodyRoom.free - bytes
            guard more > 0 else { return true }
            let (_, all) = BodyRoom.taken.add(more, ordering: .relaxed)
            guard all <= BodyRoom.most else {
                BodyRoom.taken.subtract(more, ordering: .relaxed)
                return false
            }
            bytes += more
            return true
        }

        deinit { BodyRoom.taken.subtract(bytes, ordering: .relaxed) }
    }
}
