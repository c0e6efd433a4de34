// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Server

struct EmulateClusterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "emulate-cluster",
        abstract: "Serve the metrics of a cluster that does not exist.",
        discussion: """
            In the text form of NVIDIA's dcgm-exporter, under /metrics, for demonstrations without \
            accelerators. Every series carries emulated="true", and the page says so in a comment. \
            While the --busy file is there the devices are busy, else they idle; its first word is the \
            class of the work (pre-training where it is empty), its second the job's name.

              standstill-node emulate-cluster --devices 16 --listen 127.0.0.1:9400 --busy busy
            """)

    @Option(help: ArgumentHelp("How many devices.", valueName: "n"))
    var devices: Int

    @Option(
        help: ArgumentHelp("Where it listens; port 0 takes a free one.", valueName: "host:port"))
    var listen: String

    @Option(help: ArgumentHelp("Sets one cluster apart from another.", valueName: "text"))
    var seed = "1"

    @Option(
        help: ArgumentHelp("While this file is there, the devices are busy.", valueName: "file"))
    var busy: String?

    func run() async throws {
        await ending {
            let emulator = try ClusterEmulator(
                devices: devices, seed: seed, busy: busy, logger: logger("emulator"))
            try await emulator.run(on: try address(listen)) { announce($0) }
        }
    }
}
