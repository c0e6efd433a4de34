// SPDX-License-Identifier: Apache-2.0

/// A small Inspect log as text, of which tests change one thing at a time.
struct InspectLogText {
    var status = "\"success\""
    var version = "2"
    var epochs = 1
    var ids = ["a", "b", "c", "d"]
    /// The value of each sample's score by id and epoch, as JSON; nil for a sample without one.
    var values: [String: [String?]] = [
        "a": ["\"C\""], "b": ["\"C\""], "c": ["\"I\""], "d": ["\"C\""],
    ]
    var statedIDs = "[\"a\",\"b\",\"c\",\"d\"]"
    var accuracy = "0.75"
    var stderr = "0.25"
    var reducer: String?
    var metricName = "accuracy"
    var unscored = 0
    var completed = 4
    /// More members for the log, the first sample, its score and the results, each with its comma.
    var logMembers = ""
    var sampleMembers = ""
    var scoreMembers = ""
    var resultMembers = ""
    var reductions = "null"

    var samples: [(name: String, text: String)] {
        ids.flatMap { id in
            (values[id] ?? []).enumerated().map { index, value in
                let isFirst = id == ids[0] && index == 0
                let score = value.map {
                    "{\"judge\":{\"value\":\($0)\(isFirst ? scoreMembers : "")}}"
                }
                let text = """
                    {"id":"\(id)","epoch":\(index + 1),"messages":[{"content":"}\\"]"}],
                    "scores":\(score ?? "{}"),"metadata":{"family":"\(id < "c" ? "x" : "y")"}\
                    \(isFirst ? sampleMembers : "")}
                    """
                return ("samples/\(id)_epoch_\(index + 1).json", text)
            }
        }
    }

    var header: String {
        """
        {"version":\(version),"status":\(status),"eval":{"task":"toy","task_id":"T","task_version":1,
        "model":"mock","config":{"epochs":\(epochs)},"packages":{"inspect_ai":"0.3.285"},
        "dataset":{"samples":\(ids.count),"sample_ids":\(statedIDs)}},
        "results":{"total_samples":4,"completed_samples":\(completed)\(resultMembers),"scores":[
        {"name":"judge","scorer":"judge",\(reducer.map { "\"reducer\":\"\($0)\"," } ?? "")
        "unscored_samples":\(unscored),"params":{},
        "metrics":{"one":{"name":"\(metricName)","value":\(accuracy),"params":{}},
        "two":{"name":"stderr","value":\(stderr),"params":{}}}}]}\(logMembers)
        """
    }

    /// One JSON document.
    var json: String {
        header + ",\"reductions\":\(reductions),\"samples\":["
            + samples.map(\.text).joined(separator: ",") + "]}"
    }

    /// An archive as newer versions write it.
    var archive: ZipWriter {
        ZipWriter(
            [("_journal/start.json", header + "}")] + samples.map { ($0.name, $0.text) }
                + [("reductions.json", reductions), ("header.json", header + "}")])
    }
}
