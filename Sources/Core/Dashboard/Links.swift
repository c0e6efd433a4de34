// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
public import TransparencyLog

/// How pages name each other: by a node's paths, or relative in a folder of files.
///
/// Only indices and our own words are put into an address, so none can be made by a party.
public struct Links: Hashable, Sendable {
    /// How many folders the page lies below the top; nil on a node.
    private let depth: Int?
    /// The instant that a node's page is of, where it is not the newest.
    private var instant: String?

    /// On a node, which answers paths from its root.
    public static let node = Links(depth: nil)

    /// On a node, from a page of that instant: files of the state are of the same.
    public static func node(at size: TreeSize, _ time: Time) -> Links {
        Links(depth: nil, instant: "\(size.value)-\(time.milliseconds)")
    }

    /// In a folder of files, for a page that lies this many folders below its top.
    public static func folder(depth: Int) -> Links { Links(depth: depth) }

    public var isNode: Bool { depth == nil }

    private func at(_ path: String, file: String? = nil) -> String {
        guard let depth else { return "/" + path }
        return String(repeating: "../", count: depth) + (file ?? path)
    }

    public var home: String { at("", file: "index.html") }
    public var style: String { at("page.css") + version(PageStyle.digest) }
    public var script: String { at("page.js") + version(PageScript.digest) }
    public var agreement: String { at("api/v1/agreement", file: "agreement.json") }
    public var state: String { at("state.json") + query }
    public var headline: String { at("headline.json") + query }
    public var checkpoint: String { at("checkpoint") }
    /// Where the paths of tiles begin.
    public var tiles: String { at("") }
    public var timeline: String { at("timeline", file: "timeline/index.html") }
    public func table(_ name: String) -> String { at("\(name).csv") + query }
    public func entry(_ index: LogIndex) -> String {
        at("entry/\(index.value)", file: "entry/\(index.value).html")
    }
    public func receipt(_ index: LogIndex) -> String {
        at("api/v1/receipts/\(index.value)", file: "receipts/\(index.value).tlog-proof")
    }
    /// The same page for one instant; nil in a folder, which is of one instant anyway.
    public func instant(_ size: TreeSize, _ time: Time) -> String? {
        depth == nil ? "/at/\(size.value)-\(time.milliseconds)" : nil
    }

    private var query: String { instant.map { "?at=\($0)" } ?? "" }

    /// A new style or script gets a new address, so that browsers may keep the old one for good.
    private func version(_ digest: Digest) -> String {
        isNode ? "?" + digest.hex.prefix(8) : ""
    }

    /// A link to an entry, in words.
    func toEntry(_ index: LogIndex) -> HTML {
        "<a href=\"\(entry(index))\">entry\u{A0}\(index.value)</a>"
    }

    func toEntry(_ index: LogIndex?) -> HTML {
        index.map { " (\(toEntry($0)))" } ?? .nothing
    }
}
