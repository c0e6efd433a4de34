// SPDX-License-Identifier: Apache-2.0

/// The members of a JSON object, each key once, always in the order RFC 8785 signs them in.
///
/// Keys are compared as UTF-8 bytes, so a composed and a decomposed `é` are two keys. The order is
/// that of their UTF-16 code units.
public struct JSONObject: Hashable, Sendable {
    /// The members in canonical order.
    public private(set) var members: [(key: String, value: JSON)]

    /// An object without members.
    public init() { members = [] }

    /// An object of these members, given in any order.
    ///
    /// - Precondition: no key is given twice.
    public init(_ members: [(String, JSON)]) {
        self.members = members.map { (key: $0.0, value: $0.1) }
        self.members.sort { KeyOrder.compare($0.key, $1.key) < 0 }
        for (before, after) in zip(self.members, self.members.dropFirst()) {
            precondition(!before.key.isExactly(after.key), "a JSON object has each key once")
        }
    }

    /// For the parser, which has sorted them and looked for duplicates.
    init(sorted members: [(key: String, value: JSON)]) { self.members = members }

    /// The value of a member, nil where there is none. Setting nil removes the member.
    ///
    /// - Complexity: O(log `count`) to read, O(`count`) to set.
    public subscript(key: String) -> JSON? {
        get {
            let place = position(of: key)
            return place.found ? members[place.index].value : nil
        }
        set {
            let place = position(of: key)
            switch (place.found, newValue) {
            case (true, let value?): members[place.index].value = value
            case (true, nil): members.remove(at: place.index)
            case (false, let value?): members.insert((key: key, value: value), at: place.index)
            case (false, nil): break
            }
        }
    }

    /// The keys in canonical order.
    public var keys: [String] { members.map(\.key) }
    public var count: Int { members.count }
    public var isEmpty: Bool { members.isEmpty }

    private func position(of key: String) -> (index: Int, found: Bool) {
        var low = 0
        var high = members.count
        while low < high {
            let middle = (low + high) / 2
            let order = KeyOrder.compare(members[middle].key, key)
            if order == 0 { return (middle, true) }
            if order < 0 { low = middle + 1 } else { high = middle }
        }
        return (low, false)
    }

    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members.count == right.members.count
            && zip(left.members, right.members).allSatisfy { a, b in
                a.key.isExactly(b.key) && a.value == b.value
            }
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(members.count)
        for member in members {
            hasher.combine(member.key)
            hasher.combine(member.value)
        }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, JSON)...) { self.init(elements) }
}

/// The order of keys in canonical JSON.
///
/// Source: RFC 8785 §3.2.3.
enum KeyOrder {
    /// Less than, equal to or greater than zero, as `left` comes before, is, or comes after
    /// `right`.
    static func compare(_ left: String, _ right: String) -> Int {
        let fast = left.utf8.withContiguousStorageIfAvailable { a in
            right.utf8.withContiguousStorageIfAvailable { b in compare(a, b) }
        }
        if let order = fast ?? nil { return order }
        return Array(left.utf8).withUnsafeBufferPointer { a in
            Array(right.utf8).withUnsafeBufferPointer { b in compare(a, b) }
        }
    }

    private static func compare(
        _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>
    ) -> Int {
        for index in 0..<min(left.count, right.count) where left[index] != right[index] {
            return rank(left[index]) - rank(right[index])
        }
        return left.count - right.count
    }

    /// Where UTF-8 and UTF-16 disagree: a character beyond U+FFFF is a pair of surrogates
    /// (0xD800…), which come before U+E000…U+FFFF, while its first UTF-8 byte comes after theirs.
    private static func rank(_ byte: UInt8) -> Int {
        byte == 0xEE || byte == 0xEF ? Int(byte) + 0x10 : Int(byte)
    }
}
