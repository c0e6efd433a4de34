// SPDX-License-Identifier: Apache-2.0

/// A machine of the simulated world.
public enum Place: Hashable, Sendable, CustomStringConvertible {
    /// The log; a node that lies has a second face.
    case log(face: Int)
    /// A monitor by its place among the names.
    case monitor(Int)

    public var description: String {
        switch self {
        case .log(0): "the log"
        case .log(let face): "the log's face \(face)"
        case .monitor(let place): "monitor-\(place + 1)"
        }
    }
}
