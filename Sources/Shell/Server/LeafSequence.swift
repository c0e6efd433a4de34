// SPDX-License-Identifier: Apache-2.0

import Storage
import TransparencyLog

/// All leaves of a store, read a page at a time.
struct LeafSequence: AsyncSequence, Sendable {
    let store: any LogStore
    /// No leaf from there on; nil for all that there are.
    var end: TreeSize?

    static let page = 1024

    struct Iterator: AsyncIteratorProtocol {
        let store: any LogStore
        private var next = LogIndex(0)
        private var page: ArraySlice<[UInt8]> = []
        private let end: TreeSize?

        init(store: any LogStore, end: TreeSize?) {
            self.store = store
            self.end = end
        }

        mutating func next() async throws -> [UInt8]? {
            if page.isEmpty {
                let left = end.map {
                    Int(Swift.min($0.value - next.value, UInt64(LeafSequence.page)))
                }
                page = try await store.leaves(from: next, limit: left ?? LeafSequence.page)[...]
                next = LogIndex(next.value + UInt64(page.count))
            }
            return page.popFirst()
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(store: store, end: end) }
}
