// SPDX-License-Identifier: Apache-2.0

/// A tree's size and its root: what a checkpoint says of it.
public struct TreeHead: Hashable, Sendable, CustomStringConvertible {
    public let size: TreeSize
    public let root: Digest

    public init(size: TreeSize, root: Digest) {
        self.size = size
        self.root = root
    }

    /// The tree without entries.
    public static let empty = TreeHead(size: .empty, root: MerkleHash.empty)

    public var description: String { "\(size) entries with root \(root.base64)" }
}
