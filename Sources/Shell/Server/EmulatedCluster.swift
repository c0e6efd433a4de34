// SPDX-License-Identifier: Apache-2.0

import TransparencyLog

/// The figures of a cluster that does not exist, as an exporter would read them.
///
/// They follow from the seed, the tenths of seconds that pass and what was running in each of them,
/// and from nothing else: two emulators that are told the same say the same.
struct EmulatedCluster: Sendable {
    /// What the cluster does in one tenth of a second.
    struct Load: Hashable, Sendable {
        /// Nil while the devices idle; otherwise the class of work.
        let work: String?
        let job: String?

        static let idle = Load(work: nil, job: nil)
    }

    private let seed: UInt64
    /// Millijoules that each device has counted since it was started.
    private var energy: [Int64]
    /// The tenth of a second since 1970 up to which they have counted.
    private var tenth: Int64
    private var load = Load.idle

    /// - Parameters:
    ///   - devices: how many.
    ///   - seed: what sets one cluster apart from another.
    ///   - tenth: when it starts, in tenths of a second since 1970.
    init(devices: Int, seed: UInt64, from tenth: Int64) {
        precondition(devices > 0, "a cluster has devices")
        self.seed = seed
        self.tenth = tenth
        energy = (0..<devices).map {
            // As if each had been up for some days at idle power.
            Int64(mix(seed, UInt64($0), 1) % 40_000_000_000)
        }
    }

    /// Lets time pass up to a tenth of a second, with this load; an earlier one changes nothing.
    mutating func advance(to now: Int64, _ load: Load) {
        while tenth < now {
            tenth += 1
            for device in energy.indices {
                energy[device] += power(of: device, at: tenth, load) / 10
            }
        }
        self.load = load
    }

    /// Milliwatts, a whole number of tens: near 95 W idle and 690 W busy, with a little noise.
    private func power(of device: Int, at tenth: Int64, _ load: Load) -> Int64 {
        let noise = Int64(mix(seed, UInt64(device), UInt64(tenth)) % 2000) * 10
        let own = Int64(mix(seed, UInt64(device), 0) % 800) * 10
        return (load.work == nil ? 85_000 : 676_000) + own + noise
    }

    /// Per cent of the time in which the device did something.
    private func busy(_ device: Int, _ load: Load) -> Int64 {
        load.work == nil ? 0 : 95 + Int64(mix(seed, UInt64(device), UInt64(tenth)) % 5)
    }

    // MARK: - Text

    /// The page in Prometheus's text form, at the last tenth of a second that passed.
    var page: String {
        var lines = [
            "# This cluster is EMULATED: no device stands behind any figure on this page.",
            "# Served by standstill-node emulate-cluster, in the form of NVIDIA's dcgm-exporter.",
        ]
        for metric in EmulatedCluster.metrics {
            lines.append("# HELP \(metric.name) \(metric.help)")
            lines.append("# TYPE \(metric.name) \(metric.type)")
            for device in energy.indices {
                lines.append("\(metric.name){\(labels(device))} \(value(metric.name, device))")
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private static let metrics: [(name: String, type: String, help: String)] = [
        ("DCGM_FI_DEV_SM_CLOCK", "gauge", "SM clock frequency (in MHz)."),
        ("DCGM_FI_DEV_GPU_TEMP", "gauge", "GPU temperature (in C)."),
        ("DCGM_FI_DEV_POWER_USAGE", "gauge", "Power draw (in W)."),
        (
            "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", "counter",
            "Total energy consumption since boot (in mJ)."
        ),
        ("DCGM_FI_DEV_GPU_UTIL", "gauge", "GPU utilization (in %)."),
        (
            "DCGM_FI_PROF_GR_ENGINE_ACTIVE", "gauge",
            "Ratio of time the graphics engine is active."
        ),
        (
            "DCGM_FI_PROF_PIPE_TENSOR_ACTIVE", "gauge",
            "Ratio of cycles the tensor (HMMA) pipe is active."
        ),
    ]

    private func value(_ metric: String, _ device: Int) -> String {
        let busy = busy(device, load)
        switch metric {
        case "DCGM_FI_DEV_SM_CLOCK": return load.work == nil ? "345" : "1980"
        case "DCGM_FI_DEV_GPU_TEMP": return load.work == nil ? "31" : "64"
        case "DCGM_FI_DEV_POWER_USAGE":
            return thousandths(power(of: device, at: tenth, load))
        case "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION": return String(energy[device])
        case "DCGM_FI_DEV_GPU_UTIL": return String(busy)
        case "DCGM_FI_PROF_GR_ENGINE_ACTIVE": return thousandths(busy * 10)
        default: return thousandths(busy * 7)
        }
    }

    private func thousandths(_ value: Int64) -> String {
        let digits = String(value % 1000)
        return "\(value / 1000)." + String(repeating: "0", count: 3 - digits.utf8.count) + digits
    }

    private func labels(_ device: Int) -> String {
        var labels = [
            ("gpu", String(device % 8)), ("UUID", uuid(device)), ("device", "nvidia\(device % 8)"),
            ("modelName", "Emulated accelerator"),
            ("Hostname", "emulated-node-\(device / 8 + 1)"),
            ("class", load.work ?? "idle"), ("emulated", "true"),
        ]
        if let job = load.job { labels.append(("hpc_job", job)) }
        return labels.map { "\($0.0)=\"\($0.1)\"" }.joined(separator: ",")
    }

    private func uuid(_ device: Int) -> String {
        let hex = Hex.encode(
            [mix(seed, UInt64(device), 2), mix(seed, UInt64(device), 3)].flatMap { word in
                (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) }
            })
        let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map {
            String(decoding: Array(hex.utf8)[$0], as: UTF8.self)
        }
        return "GPU-EMULATED-" + parts.joined(separator: "-")
    }
}

/// Steele, Lea and Flood's splitmix64 over three words: noise that is the same everywhere.
private func mix(_ a: UInt64, _ b: UInt64, _ c: UInt64) -> UInt64 {
    [a, b, c].reduce(0x9e37_79b9_7f4a_7c15) { state, word in
        var z = (state ^ word) &+ 0x9e37_79b9_7f4a_7c15
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
