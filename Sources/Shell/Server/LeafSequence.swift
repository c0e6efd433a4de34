// SPDX-License-Identifier: Apache-2.0

import Storage
import TransparencyLog

/// All leaves of a store, read a page at a time.
struct LeafSequence: AsyncSequence, Sendable {
    let store: any LogStore

    static let page = 1024

    struct Iterator: AsyncIteratorProtocol {
        let store: any LogStore
        private var next = LogIndex(0)
        private var page: ArraySlice<[UInt8]> = []

        init(store: any LogStore) {
            self.store = store
        }

        mutating func next() async throws -> [UInt8]? {
            if page.isEmpty {
                page = try await store.leaves(from: next, limit: LeafSequence.page)[...]
                next = LogIndex(next.value + UInt64(page.count))
            }
            return page.popFirst()
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(store: store) }
}
