// SPDX-License-Identifier: Apache-2.0
import Measurement
public import PauseAgreement

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What a measurement states against what its recipe gives.
///
/// Statements hold six significant digits, so a figure agrees where it is within half a unit of the
/// sixth, and two millionths more for machines that round otherwise.
public struct Recomputation: Sendable {
    public let checks: [Check]

    /// One member of the statement.
    public struct Check: Hashable, Sendable {
        public let what: String
        public let stated: String
        /// Nil where the recipe gives none.
        public let recomputed: String?
        public let agrees: Bool
    }

    public var holds: Bool { checks.allSatisfy(\.agrees) }

    public init(of stated: MeasuredValue, by computed: EvaluationFigure) {
        guard let figure = computed.converted(to: stated.unit) else {
            checks = [
                Check(
                    what: "unit", stated: stated.unit.rawValue, recomputed: computed.unit.rawValue,
                    agrees: false)
            ]
            return
        }
        var checks = [Self.check("value", stated.value, figure.value)]
        if let interval = stated.interval {
            checks += [
                Self.check("low", interval.low, figure.interval?.lower),
                Self.check("high", interval.high, figure.interval?.upper),
                Self.check(
                    "confidence", interval.confidence,
                    figure.interval == nil ? nil : figure.confidence),
            ]
        }
        if let n = stated.n { checks.append(Self.check("n", n, figure.n)) }
        if let clusters = stated.clusters {
            checks.append(Self.check("clusters", clusters, figure.clusters))
        }
        self.checks = checks
    }

    private static func check(
        _ what: String, _ stated: ExactDecimal, _ recomputed: Double?
    ) -> Check {
        Check(
            what: what, stated: stated.description, recomputed: recomputed?.description,
            agrees: recomputed.map { agree(stated, $0) } ?? false)
    }

    private static func check(_ what: String, _ stated: Int64, _ recomputed: Int?) -> Check {
        Check(
            what: what, stated: String(stated), recomputed: recomputed.map { String($0) },
            agrees: recomputed.map { Int64($0) == stated } ?? false)
    }

    /// Whether a statement's decimal is the figure, but for rounding.
    static func agree(_ stated: ExactDecimal, _ recomputed: Double) -> Bool {
        guard recomputed.isFinite, let stated = stated.double else { return false }
        let size = max(abs(stated), abs(recomputed))
        // What no decimal of a statement says any more is written as zero.
        guard size > 1e-50 else { return true }
        let sixthDigit = pow(10, floor(log10(size)) - 5)
        return abs(stated - recomputed) <= 0.5 * sixthDigit + 2e-6 * size
    }
}
