// SPDX-License-Identifier: Apache-2.0

/// The address of a tile: 256 neighbouring hashes of a level, or 256 entries; fewer at the right
/// edge.
///
/// Source: C2SP tlog-tiles.
public struct TilePath: Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        /// Hashes of the tree, eight levels of which lie between one tile level and the next
        /// (0…63).
        case hashes(level: Int)
        /// The entries themselves, as an ``EntryBundle``.
        case entries
    }

    /// Hashes or entries in a full tile.
    public static let fullWidth = 256
    /// Levels of the tree that a tile spans.
    static let height = 8

    public let kind: Kind
    /// The place of the tile within its level, from 0.
    public let index: UInt64
    /// How many hashes or entries the tile has: 256 when full, 1…255 when partial.
    public let width: Int

    /// A tile, or nil for a level outside 0…63 or a width outside 1…256.
    public init?(kind: Kind, index: UInt64, width: Int = TilePath.fullWidth) {
        if case .hashes(let level) = kind, !(0...63).contains(level) { return nil }
        guard (1...Self.fullWidth).contains(width) else { return nil }
        self.kind = kind
        self.index = index
        self.width = width
    }

    /// The tile at a path such as `tile/0/x001/234.p/5`, or nil where it is not as ``path`` writes
    /// it.
    public init?(path: String) {
        // No longer path exists: 2^64 has seven groups of three digits.
        guard path.utf8.count <= 64 else { return nil }
        var parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .map { String(Substring($0)) }
        guard parts.count >= 3, parts.removeFirst() == "tile" else { return nil }
        let level = parts.removeFirst()
        var width: UInt64 = UInt64(Self.fullWidth)
        if parts.count >= 2, parts[parts.count - 2].hasSuffix(".p") {
            guard let partial = CanonicalDecimal.parse(parts.removeLast()), partial < width else {
                return nil
            }
            width = partial
            parts[parts.count - 1].removeLast(2)
        }
        guard let kind = Self.kind(level), let index = Self.index(parts) else { return nil }
        self.init(kind: kind, index: index, width: Int(width))
        guard self.path.isExactly(path) else { return nil }
    }

    private static func kind(_ text: String) -> Kind? {
        if text == "entries" { return .entries }
        guard let level = CanonicalDecimal.parse(text), level <= 63 else { return nil }
        return .hashes(level: Int(level))
    }

    private static func index(_ groups: [String]) -> UInt64? {
        var index: UInt64 = 0
        for (position, group) in groups.enumerated() {
            var digits = group.utf8[...]
            if position < groups.count - 1 {
                guard digits.popFirst() == UInt8(ascii: "x") else { return nil }
            }
            guard digits.count == 3, let value = UInt64(String(Substring(digits))) else {
                return nil
            }
            let (product, overflow) = index.multipliedReportingOverflow(by: 1_000)
            let (sum, carry) = product.addingReportingOverflow(value)
            if overflow || carry { return nil }
            index = sum
        }
        return index
    }

    /// The path below a log's prefix, without a leading slash.
    public var path: String {
        let level =
            switch kind {
            case .hashes(let level): String(level)
            case .entries: "entries"
            }
        var rest = index / 1_000
        var groups = [Self.padded(index % 1_000)]
        while rest > 0 {
            groups.append("x" + Self.padded(rest % 1_000))
            rest /= 1_000
        }
        let suffix = width == Self.fullWidth ? "" : ".p/\(width)"
        return "tile/\(level)/" + groups.reversed().joined(separator: "/") + suffix
    }

    public var description: String { path }

    /// Every tile and entry bundle of a tree of that size, full ones included: entries first, then
    /// level by level, by index.
    public static func all(for size: TreeSize) -> [TilePath] {
        kinds(for: size).flatMap { kind, count in
            let full = (0..<count / UInt64(fullWidth)).map { TilePath(kind: kind, index: $0)! }
            return full + partial(kind, count: count)
        }
    }

    /// The partial tiles and the partial entry bundle that a tree of that size ends in, in the
    /// order of ``all(for:)``.
    public static func partials(for size: TreeSize) -> [TilePath] {
        kinds(for: size).flatMap { partial($0, count: $1) }
    }

    /// What each level holds of a tree: entries, then hashes of full tiles of the level below.
    private static func kinds(for size: TreeSize) -> [(kind: Kind, count: UInt64)] {
        var kinds: [(kind: Kind, count: UInt64)] = [(.entries, size.value)]
        var count = size.value
        var level = 0
        while count > 0 {
            kinds.append((.hashes(level: level), count))
            count >>= UInt64(height)
            level += 1
        }
        return kinds
    }

    private static func partial(_ kind: Kind, count: UInt64) -> [TilePath] {
        let index = count / UInt64(fullWidth)
        let width = Int(count % UInt64(fullWidth))
        return TilePath(kind: kind, index: index, width: width).map { [$0] } ?? []
    }

    private static func padded(_ value: UInt64) -> String {
        let digits = String(value)
        return String(repeating: "0", count: 3 - digits.utf8.count) + digits
    }
}
