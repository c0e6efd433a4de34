// SPDX-License-Identifier: Apache-2.0

public import Brake
public import PauseAgreement
public import TransparencyLog

/// The whole record as a folder of files: the same pages, with relative links, and everything that
/// a reader needs to check them.
///
/// Works from any web server and from a disk. Made part by part, so that a long log needs little
/// more memory than its entries.
public struct StaticSite: Sendable {
    public struct File: Sendable {
        /// Below the folder, with `/` between its parts.
        public let path: String
        public let bytes: [UInt8]
    }

    private let agreement: Agreement
    private let state: State
    private let checkpoint: UnverifiedNote
    private let leaves: [[UInt8]]
    private let summaries: [EntrySummary]
    private let tree: MerkleTree
    private let size: TreeSize
    private let policy: String

    /// - Parameters:
    ///   - state: over all of the entries.
    ///   - checkpoint: of a tree of exactly these entries, with its signatures.
    ///   - leaves: the entries as they are hashed into the log.
    ///   - summaries: one an entry, in order.
    public init(
        agreement: Agreement, state: State, checkpoint: UnverifiedNote, leaves: [[UInt8]],
        summaries: [EntrySummary]
    ) {
        precondition(leaves.count == summaries.count, "every entry has a summary")
        precondition(state.size.value == UInt64(leaves.count), "the state is over all entries")
        self.agreement = agreement
        self.state = state
        self.checkpoint = checkpoint
        self.leaves = leaves
        self.summaries = summaries
        tree = MerkleTree(leafHashes: leaves.map { MerkleHash.leaf($0) })
        size = TreeSize(UInt64(leaves.count))
        policy = agreement.policy().text
    }

    /// How many files there are.
    public var count: Int { fixed.count + 2 * leaves.count + timelineCount + tiles.count }

    /// What belongs together: so many files are in memory at once.
    public enum Part: Hashable, Sendable {
        case state, timeline, tiles
        /// A stretch of entries, with their receipts.
        case entries(Range<Int>)
    }

    public var parts: [Part] {
        let stretches = stride(from: 0, to: leaves.count, by: TilePath.fullWidth).map {
            Part.entries($0..<min($0 + TilePath.fullWidth, leaves.count))
        }
        return [.state, .timeline, .tiles] + stretches
    }

    /// The files of a part.
    ///
    /// - Throws: ``MalformedStatement`` for a leaf that is no entry.
    public func files(_ part: Part) throws(MalformedStatement) -> [File] {
        switch part {
        case .state: return fixed
        case .timeline: return (0..<timelineCount).map(timeline)
        case .tiles: return tiles.map { File(path: $0.path, bytes: bytes(of: $0)) }
        case .entries(let places):
            var files: [File] = []
            for place in places {
                let entry = try Entry(parsing: leaves[place], index: LogIndex(UInt64(place)))
                let proof = receipt(of: entry)
                files.append(page(of: entry, summaries[place], proof))
                files.append(File(path: "receipts/\(place).tlog-proof", bytes: proof.bytes))
            }
            return files
        }
    }

    private var fixed: [File] {
        let links = Links.folder(depth: 0)
        let overview = OverviewPage(
            state: state, agreement: agreement, links: links, isPermanent: true)
        let headline = state.headline(agreement).json.canonicalBytes + [0x0A]
        let files = [
            File(path: "index.html", bytes: Array(overview.render().utf8)),
            File(path: "page.css", bytes: Array(PageStyle.text.utf8)),
            File(path: "page.js", bytes: Array(PageScript.text.utf8)),
            File(path: "agreement.json", bytes: agreement.text.canonicalBytes),
            File(path: "state.json", bytes: state.json.canonicalBytes + [0x0A]),
            File(path: "headline.json", bytes: headline),
            File(path: "checkpoint", bytes: checkpoint.bytes),
            File(path: "policy", bytes: Array(policy.utf8)),
        ]
        return files
            + StateTable.allCases.map {
                File(path: "\($0.rawValue).csv", bytes: $0.bytes(of: state, under: agreement))
            }
    }

    // MARK: - Timeline

    /// Pages of fixed stretches of the log, so that a page that is full never changes.
    private var timelineCount: Int {
        max(1, (leaves.count + TimelinePage.length - 1) / TimelinePage.length)
    }

    private func timeline(_ place: Int) -> File {
        let first = place * TimelinePage.length
        let last = timelineCount - 1
        let page = TimelinePage(
            entries: Array(summaries[first..<min(first + TimelinePage.length, summaries.count)]),
            size: size, selection: .init(), newer: place < last ? name(place + 1) : nil,
            older: place > 0 ? name(place - 1) : nil, agreement: agreement,
            links: .folder(depth: 1))
        return File(path: "timeline/" + name(place), bytes: Array(page.render().utf8))
    }

    /// The newest page is the one that links lead to.
    private func name(_ place: Int) -> String {
        place == timelineCount - 1 ? "index.html" : "\(place).html"
    }

    // MARK: - Entries

    private func receipt(of entry: Entry) -> LogProof {
        LogProof(
            extra: Array(String(entry.received.milliseconds).utf8), index: entry.index,
            path: tree.proveInclusion(of: entry.index, in: size), checkpoint: checkpoint)
    }

    private func page(of entry: Entry, _ summary: EntrySummary, _ proof: LogProof) -> File {
        let page = EntryPage(
            entry: entry, summary: summary, receipt: proof, size: size, agreement: agreement,
            links: .folder(depth: 1), policy: policy)
        return File(path: "entry/\(entry.index).html", bytes: Array(page.render().utf8))
    }

    private var tiles: [TilePath] { TilePath.all(for: size) }

    private func bytes(of path: TilePath) -> [UInt8] {
        guard case .entries = path.kind else {
            guard let bytes = tree.tile(path) else { preconditionFailure("the tree has \(path)") }
            return bytes
        }
        let start = Int(path.index) * TilePath.fullWidth
        return EntryBundle.encode(Array(leaves[start..<start + path.width]))
    }
}
