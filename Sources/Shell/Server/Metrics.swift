// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Counters and gauges of one node, as text that Prometheus reads.
final class Metrics: Sendable {
    private struct Series: Hashable {
        let name: String
        let label: String
    }

    private let counts = Mutex<[Series: Int64]>([:])

    /// Adds one to a counter, under one label.
    func count(_ name: String, _ label: String, _ value: String) {
        let series = Series(name: name, label: "{\(label)=\"\(Metrics.escaped(value))\"}")
        counts.withLock { $0[series, default: 0] += 1 }
    }

    /// The counters, and the gauges that the caller has just read.
    func text(gauges: [(name: String, value: Int64)]) -> String {
        var lines: [String] = []
        let counts = self.counts.withLock { $0 }
        var last = ""
        let sorted = counts.sorted { ($0.key.name, $0.key.label) < ($1.key.name, $1.key.label) }
        for (series, value) in sorted {
            if series.name != last { lines.append("# TYPE \(series.name) counter") }
            last = series.name
            lines.append("\(series.name)\(series.label) \(value)")
        }
        for gauge in gauges {
            lines.append("# TYPE \(gauge.name) gauge")
            lines.append("\(gauge.name) \(gauge.value)")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private static func escaped(_ value: String) -> String {
        String(
            value.flatMap {
                $0 == "\"" || $0 == "\\" ? ["\\", $0] : $0 == "\n" ? ["\\", "n"] : [$0]
            })
    }
}
