// SPDX-License-Identifier: Apache-2.0
import Measurement
public import PauseAgreement
import TransparencyLog

/// JSON as other programs write it: numbers of any form, NaN and infinities included.
enum ForeignJSON {
    /// A whole document.
    static func parse(_ bytes: [UInt8], file: String) throws(MalformedEvidence) -> JSON {
        do throws(MalformedJSON) {
            return try JSON.parse(bytes, numbers: .anyAsWritten, maximumDepth: 200)
        } catch {
            throw MalformedEvidence(
                file: file, place: "line \(error.line), column \(error.column)",
                reason: error.reason)
        }
    }

    /// A document a line; empty lines are passed over. Returns each with its line.
    static func parseLines(
        _ bytes: [UInt8], file: String, _ body: (JSON, Int) throws(MalformedEvidence) -> Void
    ) throws(MalformedEvidence) {
        var number = 0
        for line in bytes.split(separator: 0x0a, omittingEmptySubsequences: false) {
            number += 1
            guard line.contains(where: { $0 != 0x20 && $0 != 0x0d && $0 != 0x09 }) else { continue }
            let json: JSON
            do throws(MalformedJSON) {
                json = try JSON.parse(Array(line), numbers: .anyAsWritten, maximumDepth: 200)
            } catch {
                throw MalformedEvidence(
                    file: file, place: "line \(number), column \(error.column)",
                    reason: error.reason)
            }
            try body(json, number)
        }
    }
}

extension JSON {
    /// The number that this is, or that a text such as `N/A` is not; infinities and NaN are none.
    var finite: Double? { double.flatMap { $0.isFinite ? $0 : nil } }

    /// Half a unit of the last digit that was written: how far rounding may have moved the number.
    var writtenRounding: Double {
        guard case .decimal(let text) = self else { return 1e-9 }
        let parts = text.lowercased().split(separator: "e")
        let digits = parts[0].split(separator: ".").dropFirst().first?.utf8.count ?? 0
        let exponent = (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) - digits
        guard (-300...300).contains(exponent), let unit = Double("1e\(exponent)") else { return 0 }
        return 0.5 * unit
    }
}

extension Time {
    /// Reads RFC 3339 with `Z` or an offset such as `+02:00`, as other programs write it; nil for
    /// other text.
    public init?(withOffset text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 6,
            let sign = [UInt8(ascii: "+"): 1, UInt8(ascii: "-"): -1][bytes[bytes.count - 6]],
            bytes[bytes.count - 3] == UInt8(ascii: ":")
        else {
            // Microseconds are cut to the milliseconds that a time has.
            guard let point = text.firstIndex(of: "."), text.hasSuffix("Z") else {
                self.init(text)
                return
            }
            self.init(String(text[..<point]) + "Z")
            return
        }
        let offset = text.suffix(5).split(separator: ":").compactMap { Int64($0) }
        var local = String(text.dropLast(6))
        if let point = local.firstIndex(of: ".") { local = String(local[..<point]) }
        guard offset.count == 2, offset[0] < 24, offset[1] < 60, let time = Time(local + "Z") else {
            return nil
        }
        self = time - TimeSpan(milliseconds: Int64(sign) * (offset[0] * 60 + offset[1]) * 60_000)
    }

    /// Seconds since 1970, as text or number, or a time in words; nil for anything else.
    init?(foreign json: JSON?) {
        if let text = json?.string, let time = Time(withOffset: text) {
            self = time
            return
        }
        let seconds = json?.finite ?? json?.string.flatMap { Double($0) }
        guard let seconds, seconds.isFinite, (0..<1e11).contains(seconds) else { return nil }
        self.init(milliseconds: Int64((seconds * 1000).rounded(.down)))
    }
}

/// The unit of a figure, from a word that another program uses or that somebody gave.
struct ForeignUnit {
    let unit: QuantityUnit
    /// What a figure in the foreign unit is multiplied by.
    let factor: Double

    init?(_ word: String) {
        if let unit = QuantityUnit(rawValue: word) {
            (self.unit, factor) = (unit, 1)
            return
        }
        switch word.lowercased() {
        case "proportion", "fraction", "probability", "rate": (unit, factor) = (.share, 1)
        case "percent", "percentage", "%": (unit, factor) = (.share, 0.01)
        case "milliseconds": (unit, factor) = (.milliseconds, 1)
        case "seconds", "sec": (unit, factor) = (.seconds, 1)
        case "minutes", "minute": (unit, factor) = (.minutes, 1)
        case "hours", "hour": (unit, factor) = (.hours, 1)
        case "days", "day": (unit, factor) = (.days, 1)
        case "flop", "flops": (unit, factor) = (.flop, 1)
        case "multiplier", "factor", "x": (unit, factor) = (.ratio, 1)
        case "points", "tokens", "elo", "items": (unit, factor) = (.count, 1)
        default: return nil
        }
    }

    private init(unit: QuantityUnit, factor: Double) {
        self.unit = unit
        self.factor = factor
    }

    /// The unit that was given, else the one that the file names, else a share where the figure can
    /// be one.
    static func choose(
        given: String?, stated: String?, isShare: Bool
    ) throws(UnfitSelection) -> ForeignUnit {
        for word in [given, stated].compactMap({ $0 }) {
            if let unit = ForeignUnit(word) { return unit }
            if word == given { break }
        }
        if given == nil, isShare { return ForeignUnit(unit: .share, factor: 1) }
        let units = QuantityUnit.allCases.map(\.rawValue).joined(separator: ", ")
        throw UnfitSelection(
            given.map { "no unit \(InspectAudit.line($0))" }
                ?? "the file does not say in which unit its figure is",
            hint: "name it with --unit: \(units)")
    }
}
