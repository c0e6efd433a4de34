// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
public import TransparencyLog

extension WitnessPolicy {
    /// When enough witnesses last vouched for a checkpoint: the newest instant at or after which a
    /// quorum cosigned it; nil where too few did.
    ///
    /// Not the newest cosignature, since a single witness could keep an old log looking fresh.
    ///
    /// - Parameter note: verified with this policy's witnesses among the keys.
    public func vouchedAt(_ note: Note) -> Time? {
        let times = witnesses.compactMap { witness in
            note.times[witness.key].flatMap { Time(secondsSince1970: $0) }
                .map { (name: witness.name, time: $0) }
        }
        .sorted { $0.time > $1.time }
        var names: [String] = []
        for (name, time) in times {
            names.append(name)
            if isMet(by: names) { return time }
        }
        return nil
    }
}

extension Time {
    /// A cosignature's time; nil where it is past what a `Time` holds.
    public init?(secondsSince1970 seconds: UInt64) {
        guard let signed = Int64(exactly: seconds) else { return nil }
        let (milliseconds, overflow) = signed.multipliedReportingOverflow(by: 1000)
        guard !overflow else { return nil }
        self.init(milliseconds: milliseconds)
    }
}
