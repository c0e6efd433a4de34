// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Client
import PauseAgreement
import Storage

struct SiteRunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Measure a site and commit to what was measured, period after period.",
        discussion: """
            Reads an exporter's page at every --every, keeps each sample on the disk, and at the end of \
            each --interval signs a statement with the root over the period's samples and hands it to the \
            log. Sums go to the auditors, sealed; samples go to nobody until an auditor draws them.

              standstill site run --agreement pause.yaml --party operator-a --key operator-a.pem \\
                --node https://log.example --site north-1 --metrics http://dcgm-exporter:9400/metrics \\
                --store north-1 --every "10 s"

            What was measured is kept while the node cannot be reached, and handed in later. SIGTERM ends \
            it; a period under way is gone on with at the next start. One process runs a site. An exporter \
            that collects more slowly than it is read shows standing counters, which count as replayed: \
            --every is not shorter than the exporter's own interval.
            """)

    @OptionGroup var signing: SigningOptions
    @OptionGroup var options: SiteOptions
    @OptionGroup var node: NodeOption

    @Option(help: ArgumentHelp("The exporter's page.", valueName: "url"))
    var metrics: String

    @Option(help: ArgumentHelp("The time between two readings.", valueName: "span"))
    var every = "10 s"

    @Option(
        help: ArgumentHelp(
            "The length of a period. (default: what the agreement asks for)", valueName: "span"))
    var interval: String?

    @Option(help: ArgumentHelp("Also write each statement here.", valueName: "folder"))
    var out: String?

    @Option(
        help: ArgumentHelp(
            "Remove samples that were committed to and are older than this. (default: never)",
            valueName: "span"))
    var keep: String?

    @Option(help: ArgumentHelp("End once so many periods were logged and mailed.", valueName: "n"))
    var once: Int?

    @Flag(help: "Say in every statement that the cluster is emulated.")
    var emulated = false

    @Flag(help: "Print one JSON object a line.")
    var json = false

    func validate() throws {
        try GateOptions.validate(metrics, of: "--metrics")
        for (name, text) in [("every", every), ("interval", interval), ("keep", keep)] {
            if let text, (TimeSpan(spaced: text) ?? .zero) <= .zero {
                throw ValidationError("--\(name) \(text): expected a time such as '10 s'")
            }
        }
        if let once, once < 1 { throw ValidationError("--once wants a number from 1 on") }
    }

    func run() async throws {
        let plan = try plan()
        let report = SiteReport(site: plan.site, json: json)
        let signals = EndSignals()
        let work = Task { () -> Result<Void, Failure> in await SiteRun.run(plan, report) }
        let watch = Task {
            for await _ in signals.received {
                work.cancel()
                break
            }
        }
        let result = await work.value
        watch.cancel()
        try result.get()
    }

    private func plan() throws(Failure) -> SitePlan {
        let agreement = try readAgreement(signing.agreement)
        let party = try options.party(under: agreement, keys: signing.keys)
        let asked = agreement.verification.telemetryEvery
        let interval = interval.flatMap { TimeSpan(spaced: $0) } ?? asked
        let every = TimeSpan(spaced: every)!
        guard every.milliseconds * 2 <= interval.milliseconds else {
            throw .usage(
                "a period of \(interval) holds fewer than two readings, one every \(every)",
                hint: "a shorter --every, or a longer --interval")
        }
        guard interval <= asked else {
            throw .notPermitted(
                "a period of \(interval) is longer than the agreement allows: \(asked) "
                    + "(article \(agreement.verification.article))")
        }
        if let out { try makeFolder(out) }
        return SitePlan(
            agreement: agreement, party: party.name, site: options.site, signing: signing,
            node: try node.client(), exporter: try exporter(every), folder: options.store,
            every: every, interval: interval, emulated: emulated, out: out,
            keep: keep.flatMap { TimeSpan(spaced: $0) }, once: once)
    }

    private func exporter(_ every: TimeSpan) throws(Failure) -> NodeClient {
        let hasPath = metrics.drop { $0 != ":" }.dropFirst(3).contains("/")
        do throws(ClientFault) {
            return try NodeClient(
                url: hasPath ? metrics : metrics + "/metrics",
                timeLimit: .milliseconds(min(every.milliseconds, 10_000)), retries: 0)
        } catch {
            throw Failure(error)
        }
    }

    private func makeFolder(_ path: String) throws(Failure) {
        _ = try MailFolder(creating: path)
    }
}

extension TimeSpan {
    /// Reads `10 s`, and `10s` as it is easier to type.
    fileprivate init?(spaced text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }
        self.init("\(digits) \(unit)")
    }
}
