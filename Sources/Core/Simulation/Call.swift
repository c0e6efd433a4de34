// SPDX-License-Identifier: Apache-2.0

import Brake
import Roles
import TransparencyLog

/// A question that somebody has put to somebody, over the network.
struct Call: Sendable {
    enum Caller: Sendable {
        /// A party that wants the statement of that number logged.
        case party(statement: Int)
        /// Somebody who reads what is public.
        case stranger
        case process(Place, life: Int)
    }

    enum Request: Sendable {
        case submit(Submission)
        /// To a monitor, where the log does not take it.
        case hand(Submission)
        case addCheckpoint([UInt8])
        case propose([UInt8])
        /// The newest checkpoint.
        case checkpoint
        /// The newest order, proposal and checkpoint.
        case newest
        case leaves(LogIndex, TreeSize)
    }

    enum Answer: Sendable {
        case submission(SubmissionAnswer)
        case handing(HandingAnswer)
        case cosigning(Witness.Cosigning)
        case proposal(ProposalAnswer)
        case checkpoint(UnverifiedNote?)
        case newest(Monitor.Told)
        case leaves([[UInt8]])
        /// There is no answer, or the time limit has passed.
        case unreachable
    }

    let number: UInt64
    let caller: Caller
    let place: Place
    let request: Request
    /// How the asker named whom it asked, where that is a monitor asking.
    var source: Monitor.Source?
    /// The party's name, where a log asks a monitor.
    var monitor: String?

    /// What a monitor passes on with this and, once it is taken, with further calls.
    var passing: Passing?

    /// A statement that a monitor holds, on its way to somebody else.
    struct Passing: Sendable {
        let payload: Digest
        let signer: String
        var rest: [Submission]
    }

    /// The client's time limit.
    static let timeLimit: Int64 = 10_000
}
