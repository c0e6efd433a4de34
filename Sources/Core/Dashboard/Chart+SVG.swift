// SPDX-License-Identifier: Apache-2.0

import PauseAgreement

// MARK: - Drawing

extension Chart {
    /// How large a drawing is, in the units of its own coordinates.
    public enum Size: String, Sendable, CaseIterable {
        /// For a screen of 320 pixels.
        case narrow
        case wide

        var width: Double { self == .narrow ? 320 : 760 }
        var height: Double { self == .narrow ? 300 : 400 }
        var timeLabels: Int { self == .narrow ? 4 : 8 }
    }

    /// The drawing as an `svg` element for a page, which has its title and its key beside it.
    public func svg(_ size: Size) -> HTML {
        let id = "\(id)-\(size.rawValue)"
        return """
            <svg class="chart \(size.rawValue)" viewBox="0 0 \(Int(size.width)) \
            \(Int(size.height))" role="img" aria-labelledby="\(id)-t \(id)-d">
            <title id="\(id)-t">\(title)</title>
            <desc id="\(id)-d">\(summary) The table below has every figure.</desc>
            \(Drawing(self, size).body)</svg>

            """
    }

    /// The drawing as a file of its own: with its style, its title above and its key below.
    public func file(_ size: Size) -> HTML {
        let id = "\(id)-\(size.rawValue)"
        let head = FileText(at: 20, size.width)
            .adding([title], class: "title", isLarge: true).adding([method])
        let foot = FileText(at: head.end + size.height + 8, size.width)
            .adding(projections.map(sentence), class: "leads").adding(key.map(\.text))
        return """
            <svg xmlns="http://www.w3.org/2000/svg" class="chart \(size.rawValue)" \
            viewBox="0 0 \(Int(size.width)) \(Int(foot.end))" role="img" \
            aria-labelledby="\(id)-t \(id)-d">
            <title id="\(id)-t">\(title)</title>
            <desc id="\(id)-d">\(summary)</desc>
            <style>\(HTML(css: PageStyle.file))</style>
            <rect class="ground" width="100%" height="100%"/>
            \(head.body)<g transform="translate(0 \(Int(head.end - 8)))">
            \(Drawing(self, size).body)</g>
            \(foot.body)</svg>

            """
    }
}

/// Lines of text within a drawing, broken where they would not fit.
private struct FileText {
    private(set) var body: HTML = .nothing
    private(set) var end: Double
    private let width: Double

    init(at y: Double, _ width: Double) {
        end = y
        self.width = width
    }

    func adding(_ texts: [String], class name: String = "key", isLarge: Bool = false) -> FileText {
        var result = self
        for text in texts where !text.isEmpty {
            let letters = Int((width - 24) / (isLarge ? 8.2 : 6.1))
            for (place, line) in FileText.broken(text, letters).enumerated() {
                let x = place == 0 || isLarge ? 12 : 22
                result.body =
                    "\(result.body)<text class=\"\(name)\" x=\"\(x)\" y=\"\(Int(result.end))\">\(line)</text>\n"
                result.end += isLarge ? 20 : 17
            }
        }
        return result
    }

    private static func broken(_ text: String, _ letters: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > letters {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return line.isEmpty ? lines : lines + [line]
    }
}
