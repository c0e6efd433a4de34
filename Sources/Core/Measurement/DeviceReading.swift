// SPDX-License-Identifier: Apache-2.0

/// What the counters of one accelerator said at one instant.
public struct DeviceReading: Hashable, Sendable {
    /// Names the whole accelerator; a part of one (a MIG instance) is never a device of its own.
    public let device: String
    /// Milliseconds since 1970.
    public let milliseconds: Int64
    /// What the device has consumed since it was started, in millijoules; nil where unknown.
    public let energyCounter: Int64?
    /// What it draws now, in milliwatts; nil where unknown.
    public let power: Int64?
    /// The class of the work that its operator says it does, such as `idle`.
    public let work: String

    /// Source: DCGM writes 2⁶³ − 16 and the numbers above for a value that it does not have; such
    /// a figure, and a negative one, is unknown.
    public init(
        device: String, milliseconds: Int64, energyCounter: Int64?, power: Int64?, work: String
    ) {
        self.device = device
        self.milliseconds = milliseconds
        self.energyCounter = energyCounter.flatMap { DeviceReading.isBlank($0) ? nil : $0 }
        self.power = power.flatMap { DeviceReading.isBlank($0) ? nil : $0 }
        self.work = work
    }

    /// The smallest figure that means that there is none: 9223372036854775792.
    ///
    /// Source: NVIDIA DCGM, dcgm_structs.h, `DCGM_INT64_BLANK` = 0x7ffffffffffffff0; not found, not
    /// supported and not permitted are the three above it.
    public static let smallestBlank: Int64 = 0x7fff_ffff_ffff_fff0

    /// Whether a figure says that there is none.
    ///
    /// Source: as ``smallestBlank``; counters and power are never negative.
    public static func isBlank(_ figure: Int64) -> Bool { figure >= smallestBlank || figure < 0 }
}
