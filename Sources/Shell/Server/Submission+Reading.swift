// SPDX-License-Identifier: Apache-2.0

import Brake
import TransparencyLog

extension Submission {
    /// Reads a body and asks the law whether it is to be logged: the same at the node as at a
    /// monitor.
    ///
    /// - Throws: ``ProblemDocument`` where it is not.
    init(reading bytes: [UInt8], admittedBy law: Brake) throws(ProblemDocument) {
        let envelope: Envelope
        do {
            envelope = try Envelope(json: try JSON.parse(bytes))
        } catch let error as MalformedJSON {
            throw .malformedJSON(error)
        } catch let error as MalformedEnvelope {
            throw .malformedEnvelope(error)
        } catch {
            throw .internalError
        }
        switch law.admit(envelope, bytes: bytes.count) {
        case .admitted(let submission): self = submission
        case .refused(let refusal): throw .refused(refusal)
        }
    }
}
