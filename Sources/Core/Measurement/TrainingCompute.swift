// SPDX-License-Identifier: Apache-2.0

/// Floating-point operations of a training run, from what is known of it.
public enum TrainingCompute {
    /// 6 × parameters × tokens, for a dense transformer; of a mixture of experts, the parameters
    /// that are active for a token.
    ///
    /// - Throws: ``UnusableSample`` where a figure is not positive.
    ///
    /// Source: Kaplan et al. 2020, arXiv 2001.08361, 2.1: two for the pass forward, four for the
    /// one back, for each parameter and token.
    public static func estimate(
        parameters: Double, tokens: Double
    ) throws(UnusableSample) -> Double {
        try product([6, parameters, tokens])
    }

    /// Devices × peak rate × share of it that was used × time.
    ///
    /// - Parameters:
    ///   - peakRate: operations a second of one device at the precision used.
    ///   - utilisation: from above 0 to 1.
    ///   - seconds: of wall-clock time.
    /// - Throws: ``UnusableSample`` where a figure is not positive, or the utilisation above 1.
    ///
    /// Source: European Commission, guidelines on general-purpose AI models of 2025-07-18, annex,
    /// A.1.1 (hardware-based approach).
    public static func estimate(
        devices: Double, peakRate: Double, utilisation: Double, seconds: Double
    ) throws(UnusableSample) -> Double {
        guard utilisation <= 1 else {
            throw UnusableSample("a device is not used for more than its whole peak rate")
        }
        return try product([devices, peakRate, utilisation, seconds])
    }

    /// The decimal logarithm in which operations are compared.
    ///
    /// Source: log10.
    public static func decimalLogarithm(_ operations: Double) -> Double {
        logarithmOfTen(operations)
    }

    private static func product(_ factors: [Double]) throws(UnusableSample) -> Double {
        guard factors.allSatisfy({ $0 > 0 && $0.isFinite }) else {
            throw UnusableSample("every factor of a training run's compute is a positive number")
        }
        let result = factors.reduce(1, *)
        guard result.isFinite else { throw UnusableSample("so much compute does not exist") }
        return result
    }
}
