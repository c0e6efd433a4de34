// SPDX-License-Identifier: Apache-2.0

import Enforcement
import Gates
import PauseAgreement
import Storage
import Testing
import TransparencyLog

/// What a gate remembers over restarts, and what it makes of a disk that lies.
@Suite struct OrderStoreTests {
    private let folder = Folder()
    private let order = Scene.believed(Scene.order(epoch: 7, pausedFrom: Scene.start))

    @Test func `an order survives a restart`() throws {
        let first = OrderStore(reading: folder.path).recall(under: Scene.agreement)
        #expect(first.order == nil && first.alarms.isEmpty)
        try OrderStore(writing: folder.path).keep(order)
        let again = OrderStore(reading: folder.path).recall(under: Scene.agreement)
        #expect(again.order == order && again.alarms.isEmpty)
    }

    @Test func `a folder is made where there is none, and a reader makes none`() throws {
        let path = folder.path + "/gate"
        #expect(!OrderStore.exists(at: path))
        #expect(OrderStore(reading: path).recall(under: Scene.agreement).order == nil)
        #expect(!OrderStore.exists(at: path))
        _ = try OrderStore(writing: path)
        #expect(OrderStore.exists(at: path))
    }

    @Test func `a torn order file is named, and is no order`() throws {
        try OrderStore(writing: folder.path).keep(order)
        let whole = folder.read("order.note")!
        for length in stride(from: 0, to: whole.count, by: 13) {
            folder.write(Array(whole[..<length]), to: "order.note")
            let recalled = OrderStore(reading: folder.path).recall(under: Scene.agreement)
            #expect(recalled.order == nil, "\(length) bytes")
            #expect(recalled.alarms.map(\.word) == ["damaged-file"], "\(length) bytes")
            #expect(
                recalled.alarms.first?.description.hasPrefix(
                    "\(folder.path)/order.note: treated as missing") == true)
        }
    }

    @Test func `garbage, a folder and another agreement's order are no order`() throws {
        let stranger = Scene.order(agreement: Scene.agreement(named: "another-pause"))
        let contents: [[UInt8]] = [
            [0xFF, 0xFE, 0x00], Array("{}".utf8), [UInt8](repeating: 0x0A, count: 4096),
            Scene.note(stranger).bytes, Scene.note(Scene.order(), by: [1, 2]).bytes,
        ]
        for bytes in contents {
            folder.write(bytes, to: "order.note")
            let recalled = OrderStore(reading: folder.path).recall(under: Scene.agreement)
            #expect(recalled.order == nil)
            #expect(recalled.alarms.map(\.word) == ["damaged-file"])
        }
        let other = Folder()
        _ = try OrderStore(writing: other.path + "/order.note")
        #expect(
            OrderStore(reading: other.path).recall(under: Scene.agreement).alarms.map(\.word) == [
                "damaged-file"
            ])
    }

    @Test func `a gate whose order is damaged refuses covered work`() {
        folder.write([1, 2, 3], to: "order.note")
        let recalled = OrderStore(reading: folder.path).recall(under: Scene.agreement)
        let verdict = Scene.gate.decide(
            Scene.training, order: recalled.order, allowedUntil: nil, now: Scene.start)
        #expect(verdict.sentence.hasPrefix("refused: no order was ever believed here"))
    }

    @Test func `evidence of a contradiction survives, whatever becomes of it`() throws {
        let store = try OrderStore(writing: folder.path)
        let held = Scene.believed(Scene.order(epoch: 7))
        try store.keep(held)
        #expect(!store.isContradicted)
        try store.keep(held, contradictedBy: order)
        #expect(folder.read("contradiction-1.note") == held.note.bytes)
        #expect(folder.read("contradiction-2.note") == order.note.bytes)
        // The first proof is kept.
        try store.keep(order, contradictedBy: held)
        #expect(folder.read("contradiction-2.note") == order.note.bytes)
        #expect(store.recall(under: Scene.agreement).order?.isContradicted == true)
        folder.write([], to: "contradiction-2.note")
        #expect(store.recall(under: Scene.agreement).order?.isContradicted == true)
    }

    @Test func `a second gate may look into the folder, but not write`() throws {
        let first = try OrderStore(writing: folder.path)
        try first.keep(order)
        do throws(StorageFault) {
            _ = try OrderStore(writing: folder.path)
            Issue.record("two writers")
        } catch {
            #expect(error.code == .inUse)
        }
        #expect(OrderStore(reading: folder.path).recall(under: Scene.agreement).order == order)
    }

    // MARK: - Leases

    @Test func `a lease survives a restart, for its own job only`() throws {
        let store = try OrderStore(writing: folder.path)
        #expect(store.recallLease(of: Scene.training).allowedUntil == nil)
        try store.keepLease(of: Scene.training, allowedUntil: Scene.after(4000))
        #expect(
            OrderStore(reading: folder.path).recallLease(of: Scene.training).allowedUntil
                == Scene.after(4000))
        let other = Job(
            id: "run-18", activity: .preTraining, compute: nil, model: nil, parents: [],
            tenant: .internal,
            running: true)
        #expect(store.recallLease(of: other).allowedUntil == nil)
    }

    @Test func `a damaged lease is no lease`() throws {
        let store = try OrderStore(writing: folder.path)
        try store.keepLease(of: Scene.training, allowedUntil: Scene.after(4000))
        let name = "lease-\(Digest.sha256(Array("run-17".utf8)).hex.prefix(16)).json"
        let whole = folder.read(name)!
        let later = String(decoding: whole, as: UTF8.self).replacing("run-17", with: "run-18")
        for bytes in [
            [], Array(whole.dropLast()), Array("{}".utf8), Array(later.utf8), whole + [0x7D],
        ] {
            folder.write(bytes, to: name)
            let recalled = store.recallLease(of: Scene.training)
            #expect(recalled.allowedUntil == nil)
            #expect(recalled.alarms.map(\.word) == ["damaged-file"])
        }
    }
}
