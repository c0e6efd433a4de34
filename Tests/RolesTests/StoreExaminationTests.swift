// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import Roles
import Testing
import TransparencyLog

/// A look through a store finds whatever was changed in it, and names the place.
struct StoreExaminationTests {
    /// What a log and a monitor have kept after they have worked together.
    private static let world: World = {
        var world = World()
        for number in 1...6 { _ = world.submit(RoleScene.hearing(Int64(number))) }
        for submission in RoleScene.selfPause(7) { _ = world.submit(submission) }
        world.advance(by: 130)
        return world
    }()

    private static let monitor = world.disks["monitor-1"]!

    /// Looks through a log's store, and gives what is wrong.
    private static func log(
        _ disk: World.LogDisk, change: (inout World.LogDisk) -> Void = { _ in }
    ) -> [StoreExamination.Finding] {
        var disk = disk
        change(&disk)
        var examination = StoreExamination(agreement: RoleScene.agreement)
        if let mark = disk.mark { examination.examine(mark: mark.bytes, at: "mark") }
        if let order = disk.order {
            examination.examine(order: order.bytes, at: "order/newest", isPublished: true)
        }
        for (epoch, note) in disk.epochs {
            examination.examine(order: note.bytes, at: "order/\(epoch)", isPublished: true)
        }
        show(disk.leaves, disk.heads, to: &examination)
        return examination.findings
    }

    private static func show(
        _ leaves: [[UInt8]], _ heads: [TreeHead], to examination: inout StoreExamination
    ) {
        for (place, leaf) in leaves.enumerated() {
            let end = heads.first { $0.size.value == UInt64(place + 1) }
            _ = examination.examine(leaf: leaf, endingAt: end)
        }
        examination.finish(head: heads.last ?? .empty)
    }

    private static func flip(_ bytes: [UInt8], _ place: Int, _ bit: Int = 0) -> [UInt8] {
        var bytes = bytes
        bytes[place] ^= 1 << UInt8(bit)
        return bytes
    }

    @Test func `where nothing is wrong nothing is found`() {
        #expect(StoreExaminationTests.log(StoreExaminationTests.world.logDisk).isEmpty)
        #expect(StoreExaminationTests.log(World.LogDisk()).isEmpty)
    }

    @Test func `one flipped bit in any entry is found, and the entry or its append is named`() {
        let disk = StoreExaminationTests.world.logDisk
        for (index, leaf) in disk.leaves.enumerated() {
            for place in stride(from: index % 7, to: leaf.count, by: 173) {
                let findings = StoreExaminationTests.log(disk) {
                    $0.leaves[index] = StoreExaminationTests.flip(leaf, place, place % 8)
                }
                let names = findings.contains { finding in
                    finding.place == "entry \(index)" || finding.place.hasPrefix("entries")
                }
                #expect(names, "byte \(place) of entry \(index): \(findings)")
            }
        }
    }

    @Test func `an entry replaced by another good one is found by the root`() {
        let disk = StoreExaminationTests.world.logDisk
        let findings = StoreExaminationTests.log(disk) { $0.leaves[3] = $0.leaves[4] }
        #expect(findings.contains { $0.place == "entry 3" })
    }

    @Test func `a missing end, a missing middle and a doubled entry are found`() {
        let disk = StoreExaminationTests.world.logDisk
        #expect(!StoreExaminationTests.log(disk) { $0.leaves.removeLast() }.isEmpty)
        #expect(!StoreExaminationTests.log(disk) { $0.leaves.remove(at: 4) }.isEmpty)
        #expect(!StoreExaminationTests.log(disk) { $0.leaves.append($0.leaves[4]) }.isEmpty)
        let shorter = StoreExaminationTests.log(disk) {
            $0.leaves.removeLast()
            $0.heads.removeLast()
        }
        #expect(
            shorter.contains {
                $0.place == "mark" && $0.problem.contains("older than what was signed")
            })
    }

    @Test func `a wrong head is told from a wrong entry`() {
        let disk = StoreExaminationTests.world.logDisk
        let head = disk.heads[2]
        let findings = StoreExaminationTests.log(disk) {
            $0.heads[2] = TreeHead(size: head.size, root: Digest.sha256([]))
        }
        #expect(findings.map(\.place) == ["head \(head.size)"])
    }

    @Test func `any byte of the mark and of a kept order counts`() throws {
        let disk = StoreExaminationTests.world.logDisk
        let mark = try #require(disk.mark).bytes
        for place in mark.indices {
            let changed = StoreExaminationTests.flip(mark, place)
            var examination = StoreExamination(agreement: RoleScene.agreement)
            examination.examine(mark: changed, at: "mark")
            StoreExaminationTests.show(disk.leaves, disk.heads, to: &examination)
            #expect(examination.findings.map(\.place) == ["mark"], "byte \(place)")
        }
        let order = try #require(disk.order)
        for place in stride(from: 0, to: order.text.utf8.count, by: 13) {
            let changed = StoreExaminationTests.flip(order.bytes, place)
            var examination = StoreExamination(agreement: RoleScene.agreement)
            examination.examine(order: changed, at: "order", isPublished: true)
            StoreExaminationTests.show(disk.leaves, disk.heads, to: &examination)
            #expect(examination.findings.map(\.place) == ["order"], "byte \(place)")
        }
    }

    @Test func `an order with too few signatures is no published one`() throws {
        let order = try #require(StoreExaminationTests.world.logDisk.order)
        let findings = StoreExaminationTests.log(StoreExaminationTests.world.logDisk) {
            $0.order = UnverifiedNote(
                text: order.text, signatures: Array(order.signatures.prefix(2)))
        }
        #expect(findings.map(\.place) == ["order/newest"])
        #expect(findings.first?.problem.contains("2 signatures") == true)
    }

    @Test func `a monitor's marks are compared, too, and may be ahead of its entries`() throws {
        let disk = StoreExaminationTests.monitor
        let mark = try #require(disk.mark)
        func look(_ mark: [UInt8], _ leaves: [[UInt8]]) -> [String] {
            var examination = StoreExamination(agreement: RoleScene.agreement)
            examination.examine(monitorMark: mark, at: "mark")
            if let order = disk.order {
                examination.examine(order: order.bytes, at: "order", isPublished: false)
            }
            if let checkpoint = disk.checkpoint {
                examination.examine(
                    cosigned: checkpoint.bytes,
                    named: Digest.sha256(Array(RoleScene.origin.utf8)).hex, logs: [],
                    at: "checkpoint")
            }
            let heads = disk.heads.filter { $0.size.value <= UInt64(leaves.count) }
            StoreExaminationTests.show(leaves, heads, to: &examination)
            return examination.findings.map(\.place)
        }
        #expect(look(mark.bytes, disk.leaves).isEmpty)
        let first = Int(try #require(disk.heads.first).size.value)
        #expect(look(mark.bytes, Array(disk.leaves.prefix(first))).isEmpty)
        let text = String(decoding: mark.bytes, as: UTF8.self)
        let other = text.replacing(mark.root.base64, with: Digest.sha256([]).base64)
        #expect(look(Array(other.utf8), disk.leaves) == ["mark"])
    }
}
