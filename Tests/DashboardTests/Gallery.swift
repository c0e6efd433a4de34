// SPDX-License-Identifier: Apache-2.0

import Brake
import Foundation
import PauseAgreement
import Testing
import TransparencyLog

@testable import Dashboard

private let galleryFolder = ProcessInfo.processInfo.environment["DASHBOARD_GALLERY"]
    .map { URL(filePath: $0) }

/// Pages to be looked at: `DASHBOARD_GALLERY=FOLDER` writes them there.
@Suite(.enabled(if: galleryFolder != nil)) struct Gallery {
    @Test func `pages of a rich state and a whole site are written`() throws {
        let folder = try #require(galleryFolder)
        let rich = OverviewPage(
            state: Scene().state, agreement: Scene.agreement, links: .folder(depth: 0),
            isPermanent: false)
        try write(Array(rich.render().utf8), to: folder.appending(path: "rich.html"))
        let long = OverviewPage(
            state: Scene(size: 10_000, closedQuestions: 3000, models: 1000, sites: 1000).state,
            agreement: Scene.agreement, links: .folder(depth: 0), isPermanent: false)
        try write(Array(long.render().utf8), to: folder.appending(path: "long.html"))
        let record = try Record.standard.get()
        let site = StaticSite(
            agreement: record.agreement, state: record.brake.state,
            checkpoint: try record.checkpoint(), leaves: record.leaves,
            summaries: record.summaries)
        for file in try site.parts.flatMap({ try site.files($0) }) {
            try write(file.bytes, to: folder.appending(path: file.path))
        }
        let indicator = try #require(Scene.agreement.indicator("horizon-50"))
        let chart = Chart(indicator, of: Scene().state, under: Scene.agreement)
        let drawing = chart.file(.wide).markup
        try write(Array(drawing.utf8), to: folder.appending(path: "horizon.svg"))
    }

    private func write(_ bytes: [UInt8], to file: URL) throws {
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
    }
}
