// SPDX-License-Identifier: Apache-2.0

import PauseAgreement

/// A calendar in text.
///
/// Source: RFC 5545 (iCalendar).
struct CalendarText {
    struct Event {
        /// The same for the same event, in every calendar that holds it.
        let uid: String
        let at: Time
        let summary: String
        let description: String
    }

    let name: String
    /// When it was made.
    let stamp: Time
    let events: [Event]

    var text: String {
        let head = [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//standstill.example//standstill//EN",
            "CALSCALE:GREGORIAN", "METHOD:PUBLISH", "X-WR-CALNAME:\(escaped(name))",
        ]
        let lines = head + events.flatMap(lines) + ["END:VCALENDAR"]
        return lines.map { CalendarText.folded($0) + "\r\n" }.joined()
    }

    /// A deadline is an instant: an event without a length, which takes up nobody's time.
    private func lines(_ event: Event) -> [String] {
        [
            "BEGIN:VEVENT", "UID:\(escaped(event.uid))", "DTSTAMP:\(utc(stamp))",
            "DTSTART:\(utc(event.at))", "SUMMARY:\(escaped(event.summary))",
            "DESCRIPTION:\(escaped(event.description))", "TRANSP:TRANSPARENT",
            "BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-P1D",
            "DESCRIPTION:\(escaped(event.summary))", "END:VALARM", "END:VEVENT",
        ]
    }

    /// `20261121T200000Z`, rounded down to the second: a deadline must not look later than it is.
    ///
    /// Source: RFC 5545 §3.3.5, form 2.
    private func utc(_ time: Time) -> String {
        let text = time.description.prefix { $0 != "." }
        let digits = text.filter { $0 != "-" && $0 != ":" }
        return digits.hasSuffix("Z") ? String(digits) : digits + "Z"
    }

    /// Source: RFC 5545 §3.3.11.
    private func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\", ";", ",": escaped += "\\\(scalar)"
            case "\n": escaped += "\\n"
            // No other control character may stand in a text.
            case let other where other.value < 0x20 || other.value == 0x7F: escaped += " "
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// The line in pieces of at most 75 octets, without splitting a character.
    ///
    /// Source: RFC 5545 §3.1.
    static func folded(_ line: String) -> String {
        var folded = ""
        var octets = 0
        for scalar in line.unicodeScalars {
            let length = String(scalar).utf8.count
            if octets + length > 75 {
                folded += "\r\n "
                // The space that marks the fold counts, too.
                octets = 1
            }
            folded.unicodeScalars.append(scalar)
            octets += length
        }
        return folded
    }
}
