// SPDX-License-Identifier: Apache-2.0

import Roles

/// A role in its shell: lists of actions are done one after another, as the Server does them, while
/// the role goes on hearing.
struct Process<Role: Sendable, Action: Sendable>: Sendable {
    /// Nil while it is down.
    private(set) var role: Role?
    /// How often it was started; whatever was under way in an earlier life comes to nothing.
    private(set) var life = 0
    /// How far its clock is off, in milliseconds.
    var clockError: Int64 = 0
    /// Who waits for an answer.
    var askers: [Ticket: Call] = [:]
    /// The write that is under way.
    var writing: Action?
    /// Writes that nobody waits for, though somebody should.
    var neglected: [Action] = []
    /// Whether its worker is in the middle of a list.
    var isWorking = false
    /// Whether its disk has failed in this life, so that somebody will restart it.
    var hasFailed = false
    /// Writes so far, over all lives.
    var writes = 0

    private var lists: [[Action]] = []

    mutating func start(_ role: Role) {
        stop()
        self.role = role
    }

    mutating func stop() {
        role = nil
        life += 1
        askers = [:]
        writing = nil
        neglected = []
        isWorking = false
        hasFailed = false
        lists = []
    }

    /// Hands the role an event; what it wants done is done later.
    mutating func receive(_ event: (inout Role) -> [Action]) {
        guard role != nil, let actions = role.map({ _ in event(&role!) }), !actions.isEmpty else {
            return
        }
        lists.append(actions)
    }

    /// The next thing to be done.
    mutating func next() -> Action? {
        while let list = lists.first {
            if !list.isEmpty { return lists[0].removeFirst() }
            lists.removeFirst()
        }
        return nil
    }

    /// Gives up the list whose write has failed; returns what is not done.
    mutating func giveUpList() -> [Action] { lists.isEmpty ? [] : lists.removeFirst() }
}
