// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Dashboard

@Suite struct StyleTests {
    /// The colours of each scheme, by name.
    private let schemes: [[String: String]] = PageStyle.colours.components(separatedBy: ":root{")
        .dropFirst().map { part in
            let pairs = part.prefix { $0 != "}" }.split(separator: ";").compactMap {
                line -> (String, String)? in
                let sides = line.trimmingCharacters(in: .whitespacesAndNewlines).split(
                    separator: ":")
                return sides.count == 2 && sides[0].hasPrefix("--")
                    ? (String(sides[0].dropFirst(2)), String(sides[1])) : nil
            }
            return Dictionary(uniqueKeysWithValues: pairs)
        }

    /// Source: WCAG 2.2, "relative luminance".
    private func luminance(_ colour: String) throws -> Double {
        let value = try #require(Int(colour.dropFirst(), radix: 16))
        func linear(_ byte: Int) -> Double {
            let part = Double(byte) / 255
            return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
        }
        let red = 0.2126 * linear(value >> 16)
        let green = 0.7152 * linear((value >> 8) & 255)
        return red + green + 0.0722 * linear(value & 255)
    }

    private func contrast(_ a: String, _ b: String) throws -> Double {
        let (x, y) = (try luminance(a), try luminance(b))
        return (max(x, y) + 0.05) / (min(x, y) + 0.05)
    }

    @Test func `every text has enough contrast, in light, in dark and on paper`() throws {
        #expect(schemes.count == 3)
        for scheme in schemes {
            for ground in ["ground", "panel"] {
                for text in ["text", "quiet", "link", "bad", "unsure", "good", "trend"] {
                    let found = try contrast(
                        try #require(scheme[text]), try #require(scheme[ground]))
                    #expect(found >= 4.5, "\(text) on \(ground): \(found)")
                }
            }
        }
    }

    @Test func `the style fetches nothing`() {
        for word in ["url(", "@import", "http", "//"] {
            #expect(!PageStyle.text.contains(word))
        }
        #expect(!PageScript.text.replacing("/// ", with: "").contains("https://"))
    }

    @Test func `braces of the style are in pairs`() {
        let text = PageStyle.text
        #expect(text.count { $0 == "{" } == text.count { $0 == "}" })
    }

    @Test func `the policy allows nothing inline and nobody else`() {
        let policy = PageHeaders.contentSecurityPolicy
        #expect(policy.hasPrefix("default-src 'none'"))
        #expect(!policy.contains("unsafe") && !policy.contains("*") && !policy.contains("http"))
    }
}
