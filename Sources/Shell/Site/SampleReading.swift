// SPDX-License-Identifier: Apache-2.0
public import EvaluationLogs
import Measurement

/// What one page of an exporter says about one device, before it is known what came earlier.
///
/// Source: NVIDIA dcgm-exporter, default-counters.csv and dcp-metrics-included.csv for names and
/// units; simhall's exporter uses the same names.
public struct SampleReading: Hashable, Sendable {
    public let device: String
    public var host: String?
    /// Millijoules since the device was started.
    public var energy: Int64?
    /// Milliwatts.
    public var power: Int64?
    /// Per mille of the time in which the device did anything.
    public var busy: Int64?
    /// Per mille of the time in which its matrix units did anything.
    public var tensor: Int64?
    public var work: String
    public var job: String?
    public var emulated = false
    /// When the exporter took it; nil where it does not say.
    public var milliseconds: Int64?
    public var events: Set<TelemetryEvent> = []

    public init(device: String, work: String) {
        self.device = device
        self.work = work
    }

    /// Below this share of busy time (per mille) an unlabelled device is idle.
    public static let idleBelow: Int64 = 50
    /// From here on (per mille) a device that is called idle contradicts itself.
    public static let contradictsIdle: Int64 = 200
    /// The most devices of one site that are read.
    public static let mostDevices = 200_000

    /// The readings of a page, by device.
    ///
    /// - Throws: ``MalformedEvidence`` where the page is no metrics page, or a series that counts
    ///   does not say of which device it is.
    public static func read(
        _ page: [UInt8], from source: String
    ) throws(MalformedEvidence) -> [SampleReading] {
        var collector = ReadingCollector(source: source)
        try PrometheusText.read(page, file: source) { (series) throws(MalformedEvidence) in
            try collector.take(series)
        }
        return collector.readings
    }
}

/// The metrics that are accounted for.
private enum Metric: String {
    case energy = "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION"
    case power = "DCGM_FI_DEV_POWER_USAGE"
    case utilisation = "DCGM_FI_DEV_GPU_UTIL"
    case engineActive = "DCGM_FI_PROF_GR_ENGINE_ACTIVE"
    case tensorActive = "DCGM_FI_PROF_PIPE_TENSOR_ACTIVE"
    /// Only shows that the device is there.
    case clock = "DCGM_FI_DEV_SM_CLOCK"

    /// What a written value is in the sample's unit.
    var scale: Double {
        switch self {
        case .energy, .clock: 1
        case .power, .engineActive, .tensorActive: 1000
        case .utilisation: 10
        }
    }
}

/// Puts together what a page says of each device.
private struct ReadingCollector {
    let source: String
    private var devices: [String: Device] = [:]

    init(source: String) { self.source = source }

    private struct Device {
        var reading: SampleReading
        /// Of the whole device, and the largest of its parts.
        var whole: [String: Int64] = [:]
        var parts: [String: Int64] = [:]
        var isPartial = false
        var work: String?
    }

    mutating func take(_ series: PrometheusSeries) throws(MalformedEvidence) {
        guard let metric = Metric(rawValue: series.name) else { return }
        let name = try device(of: series)
        guard devices[name] != nil || devices.count < SampleReading.mostDevices else {
            throw fail(series, "more than \(SampleReading.mostDevices) devices")
        }
        var device =
            devices[name]
            ?? Device(
                reading: SampleReading(device: name, work: TelemetrySample.unlabelled))
        let labels = series.labels
        let instance = labels["GPU_I_ID"] ?? ""
        if !instance.isEmpty {
            device.isPartial = true
            device.reading.events.insert(.migTwin)
        }
        describe(&device, labels)
        if let time = series.milliseconds {
            device.reading.milliseconds = max(time, device.reading.milliseconds ?? time)
        }
        place(value(of: series, metric), of: series, instance.isEmpty, in: &device)
        devices[name] = device
    }

    /// The value in the sample's unit; nil for a blank.
    private func value(of series: PrometheusSeries, _ metric: Metric) -> Int64? {
        // Blanks are looked for in the text: as Doubles, 2^63 and its neighbours are one number.
        if let whole = Int64(series.text), metric.scale == 1 {
            return BlankFigure.isBlank(whole) ? nil : whole
        }
        let value = series.value
        guard value.isFinite, value >= 0, !BlankFigure.isBlank(value, ofCounter: metric == .energy)
        else { return nil }
        let scaled = (value * metric.scale).rounded()
        guard scaled <= 9e15 else { return nil }
        switch metric {
        case .utilisation, .engineActive, .tensorActive: return scaled <= 1000 ? Int64(scaled) : nil
        case .energy, .power, .clock: return Int64(scaled)
        }
    }

    private func place(
        _ value: Int64?, of series: PrometheusSeries, _ isWhole: Bool, in device: inout Device
    ) {
        guard let value else {
            if series.name != Metric.clock.rawValue { device.reading.events.insert(.blank) }
            return
        }
        guard isWhole else {
            device.parts[series.name] = max(value, device.parts[series.name] ?? value)
            return
        }
        if let other = device.whole[series.name], other != value {
            device.reading.events.insert(.contradictory)
        }
        device.whole[series.name] = value
    }

    private func describe(_ device: inout Device, _ labels: [String: String]) {
        func first(_ names: String...) -> String? {
            names.lazy.compactMap { labels[$0] }.first { !$0.isEmpty }
                .flatMap(TelemetrySample.label)
        }
        device.reading.host = device.reading.host ?? first("Hostname", "hostname")
        device.reading.job = device.reading.job ?? first("hpc_job", "pod")
        device.reading.emulated = device.reading.emulated || labels["emulated"] == "true"
        if let work = first("class").flatMap(TelemetrySample.className) {
            if let other = device.work, other != work {
                device.reading.events.insert(.contradictory)
            }
            device.work = work
        }
    }

    private func device(of series: PrometheusSeries) throws(MalformedEvidence) -> String {
        let labels = series.labels
        if let name = labels["UUID"] ?? labels["uuid"] {
            guard let label = TelemetrySample.label(name) else {
                throw fail(series, "a UUID has 1 to 128 printable characters")
            }
            return label
        }
        guard let gpu = labels["gpu"], let host = labels["Hostname"],
            let label = TelemetrySample.label("\(host)/\(gpu)")
        else { throw fail(series, "the series does not say of which device it is (UUID)") }
        return label
    }

    private func fail(_ series: PrometheusSeries, _ reason: String) -> MalformedEvidence {
        MalformedEvidence(file: source, place: "line \(series.line)", reason: reason)
    }

    /// Sorted by device.
    var readings: [SampleReading] {
        devices.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { finished($0) }
    }

    private func finished(_ name: String) -> SampleReading {
        let device = devices[name]!
        var reading = device.reading
        // Parts share the device's power and its counter, so only the whole has them.
        func figure(_ metric: Metric, parts: Bool) -> Int64? {
            device.whole[metric.rawValue] ?? (parts ? device.parts[metric.rawValue] : nil)
        }
        reading.energy = figure(.energy, parts: false)
        reading.power = figure(.power, parts: false)
        reading.busy = [figure(.utilisation, parts: true), figure(.engineActive, parts: true)]
            .compactMap { $0 }.max()
        reading.tensor = figure(.tensorActive, parts: true)
        if let work = device.work {
            reading.work = work
        } else if let busy = reading.busy, busy < SampleReading.idleBelow, reading.job == nil {
            reading.work = TelemetrySample.idle
        }
        if reading.work == TelemetrySample.idle,
            (reading.busy ?? 0) >= SampleReading.contradictsIdle
        {
            reading.events.insert(.contradictory)
        }
        return reading
    }
}

/// What DCGM writes where it has no value.
///
/// Source: NVIDIA DCGM, dcgm_structs.h: `DCGM_INT64_BLANK` 0x7ffffffffffffff0,
/// `DCGM_FP64_BLANK` 140737488355328 (2⁴⁷), `DCGM_INT32_BLANK` 0x7ffffff0, each followed by not
/// found, not supported and not permitted.
private enum BlankFigure {
    static func isBlank(_ figure: Int64) -> Bool {
        DeviceReading.isBlank(figure) || isBlank(Double(figure), ofCounter: true)
    }

    /// - Parameter ofCounter: a counter may pass 2³¹, a gauge of watts or per cent never does.
    static func isBlank(_ figure: Double, ofCounter: Bool) -> Bool {
        figure >= 9.2e18 || (140_737_488_355_328...140_737_488_355_331).contains(figure)
            || (!ofCounter && (2_147_483_632...2_147_483_635).contains(figure))
    }
}
