// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import Roles
import TransparencyLog

// MARK: - Monitors that lie

extension World {
    /// A liar signs whatever a lying node wants; beside an honest one it does whatever may hurt.
    mutating func lie(as number: Int, _ call: Call) {
        if plan.node != .twoFaced, dice.isTrue(in: 300) { return answer(call, .unreachable) }
        switch call.request {
        case .addCheckpoint(let body): answer(call, .cosigning(lieAboutCheckpoint(number, body)))
        case .propose(let body): answer(call, .proposal(lieAboutOrder(number, body)))
        case .checkpoint:
            answer(call, .checkpoint(anyChecked()))
        case .newest:
            answer(
                call,
                .newest(
                    Monitor.Told(
                        order: anyOrder(signedBy: number), proposal: logs[0].role?.newestProposal,
                        checkpoint: anyChecked())))
        case .leaves(let start, let end):
            let disk = dice.pick(logDisks)
            guard end.value <= UInt64(disk.leaves.count), start.value < end.value else {
                return answer(call, .unreachable)
            }
            var leaves = Array(disk.leaves[Int(start.value)..<Int(end.value)])
            if dice.isTrue(in: 300) { leaves[dice.below(leaves.count)] = [0x7B, 0x7D] }
            if dice.isTrue(in: 200) { leaves.append([0x7B, 0x7D]) }
            answer(call, .leaves(leaves))
        case .submit, .hand: answer(call, .unreachable)
        }
    }

    private mutating func anyChecked() -> UnverifiedNote? {
        let notes = logDisks.compactMap(\.mark) + monitorDisks.compactMap(\.checkpoint)
        return notes.isEmpty ? nil : dice.pick(notes)
    }

    private mutating func lieAboutCheckpoint(_ number: Int, _ body: [UInt8]) -> Witness.Cosigning {
        if plan.node != .twoFaced {
            if dice.isTrue(in: 200) { return .expected(TreeSize(UInt64(dice.below(100)))) }
            if dice.isTrue(in: 200) { return .inconsistent("it says so") }
        }
        let name = cast.agreement.monitorKeys[number].cosigning.name
        guard let text = AddCheckpoint(parsing: body)?.note.text,
            let line = try? NoteSignature.cosign(
                checkpointText: text, timeSeconds: 1, as: name, with: cast.monitors[number])
        else { return .malformed("it says so") }
        return .cosigned(line)
    }

    private mutating func lieAboutOrder(_ number: Int, _ body: [UInt8]) -> ProposalAnswer {
        guard let note = try? UnverifiedNote(parsing: body),
            let proposal = try? Proposal(parsing: note.text),
            let order = chronicle.order(over: proposal)
        else { return .refused(.malformed, "it says so") }
        let isInvented = plan.node != .twoFaced && dice.isTrue(in: 500)
        let text = isInvented ? miscounted(order.text) : order.text
        return .signed(signed(text, as: number))
    }

    private mutating func anyOrder(signedBy number: Int) -> UnverifiedNote? {
        let notes = monitorDisks.compactMap(\.order)
        guard !notes.isEmpty else { return nil }
        let note = dice.pick(notes)
        return dice.isTrue(in: 500) ? note : signed(miscounted(note.text), as: number)
    }

    private func signed(_ text: String, as number: Int) -> UnverifiedNote {
        let name = cast.agreement.monitorKeys[number].order.name
        guard
            let line = try? NoteSignature.sign(text: text, as: name, with: cast.monitors[number])
        else { preconditionFailure("an order can be signed") }
        return UnverifiedNote(text: text, signatures: [line])
    }

    /// The order with another epoch.
    func miscounted(_ text: String) -> String {
        guard let order = try? Order(parsing: text) else { return text }
        return Order(
            agreement: order.agreement, terms: order.terms, rules: order.rules,
            epoch: order.epoch + 1, state: order.state, measures: order.measures,
            causes: order.causes, models: order.models, expiry: order.expiry,
            silentSince: order.silentSince, size: order.size, root: order.root, tick: order.tick,
            monitors: order.monitors
        ).text
    }
}
