// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Look into a site: draw samples, check what was opened, find.",
        discussion: """
            An auditor draws once the roots are logged, so that nobody knew what would be asked for; the \
            site answers; `standstill mail collect` fetches what was opened; the check writes a finding, \
            which the auditor signs.

              standstill audit draw --party operator-a --site north-1 --count 40 \\
                --agreement pause.yaml --key auditor-1.pem --node https://log.example
              standstill mail collect --party auditor-1 --key auditor-1.pem \\
                --sealing-key auditor-1-sealing.pem --agreement pause.yaml \\
                --node https://log.example --out openings
              standstill audit check --draw 57 --openings openings --finding finding.json \\
                --agreement pause.yaml --node https://log.example
              standstill sign finding finding.json --agreement pause.yaml --key auditor-1.pem \\
                --out finding-signed.json
            """,
        subcommands: [AuditDrawCommand.self, AuditCheckCommand.self])
}
