// SPDX-License-Identifier: Apache-2.0

import Logging
import Roles
import ServiceLifecycle
import Storage
import TransparencyLog

/// Does what a witness wants done.
struct WitnessWorker: Service {
    let keeper: WitnessKeeper
    let store: any LogStore
    let signer: any Signer
    let name: String
    let logger: Logger

    func run() async throws {
        for await actions in keeper.work.cancelOnGracefulShutdown() {
            for action in actions {
                do {
                    try await action.perform(as: name, with: signer, keepingIn: store) {
                        await keeper.reply($0, $1)
                    } receive: {
                        await keeper.receive($0)
                    }
                } catch {
                    logger.error("\(error)")
                    return await keeper.close("the disk failed")
                }
            }
        }
        await keeper.close("the witness is stopping")
    }
}
