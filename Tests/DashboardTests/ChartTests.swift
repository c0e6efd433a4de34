// SPDX-License-Identifier: Apache-2.0

import Foundation
import PauseAgreement
import Testing
import TransparencyLog

@testable import Brake
@testable import Dashboard

@Suite struct ChartTests {
    private func chart(_ indicator: String = "horizon-50", _ scene: Scene = Scene()) throws -> Chart
    {
        let found = try #require(Scene.agreement.indicator(indicator))
        return Chart(found, of: scene.state, under: Scene.agreement)
    }

    @Test(arguments: [1e-9, 0.3, 1, 2, 3, 960, 1e26, 4.9e60])
    func `the logarithm is the library's`(_ value: Double) {
        #expect(abs(binaryLogarithm(value) - log2(value)) < 1e-12 * max(1, abs(log2(value))))
    }

    @Test func `equal ratios are equal lengths on a logarithmic axis`() throws {
        let axis = Axis(try chart())
        #expect(axis.scale == .logarithmic)
        let (a, b, c) = (axis.place(60), axis.place(240), axis.place(960))
        #expect(abs((b - a) - (c - b)) < 1e-9)
        #expect(0 < a && c < 1)
        #expect(axis.showsCeiling)
    }

    @Test func `a share stands on a linear axis from nothing to all`() throws {
        let axis = Axis(try chart("research-tasks"))
        #expect(axis.scale == .linear && axis.place(0) == 0 && axis.place(1) == 1)
    }

    @Test func `ticks say what they stand at`() throws {
        let ticks = Axis(try chart()).ticks
        #expect(ticks.map(\.label).contains("1 h"))
        for tick in ticks where tick.label.hasSuffix(" h") {
            #expect(Double(tick.label.dropLast(2))! * 60 == tick.value)
        }
        let compute = Axis(try chart("training-compute"))
        #expect(compute.ticks.allSatisfy { Double($0.label) == $0.value })
        #expect(compute.ticks.count >= 2)
    }

    @Test func `a drawing has finite coordinates inside itself`() throws {
        for scene in [Scene(), Scene(models: 150)] {
            for indicator in ["horizon-50", "research-tasks", "training-compute", "doubling-time"] {
                for size in Chart.Size.allCases {
                    let drawing = try chart(indicator, scene).svg(size)
                    let markup = Markup(drawing.markup)
                    #expect(markup.mistakes == [])
                    for element in markup.elements where element.path.count < 3 {
                        for name in ["x", "x1", "x2", "cx"] {
                            guard let text = element.attributes[name] else { continue }
                            let place = try #require(Double(text), "\(name)=\(text)")
                            #expect(
                                (0...size.width).contains(place), "\(element.name) \(name)=\(text)")
                        }
                        for name in ["y", "y1", "y2", "cy"] {
                            guard let text = element.attributes[name] else { continue }
                            let place = try #require(Double(text), "\(name)=\(text)")
                            #expect(
                                (0...size.height).contains(place), "\(element.name) \(name)=\(text)"
                            )
                        }
                    }
                }
            }
        }
    }

    @Test func `the line of a trigger stands at its figure`() throws {
        let drawing = try chart().svg(.wide)
        let line = try #require(
            Markup(drawing.markup).all("line").first { $0.attributes["class"] == "threshold" })
        let y = try #require(line.attributes["y1"].flatMap { Double($0) })
        let axis = Axis(try chart())
        // The plot goes from 372 at the bottom to 30 at the top.
        #expect(abs(y - (372 - axis.place(480) * 342)) < 0.06)
    }

    @Test func `a value past the ceiling is drawn at it, as at least that`() throws {
        let chart = try chart()
        let censored = try #require(chart.points.first { $0.label == "fiction-2" })
        #expect(chart.isCensored(censored))
        #expect(chart.sentence(censored).hasPrefix("fiction-2: at least 16 h"))
        #expect(chart.summary.contains("1 at the suite's ceiling, so at least 16 h"))
    }

    @Test func `the trend has the slope that was signed, and goes through a point`() throws {
        let chart = try chart()
        #expect(chart.trend?.doubling.description == "128.7")
        #expect(chart.anchor?.label == "fiction-1")
        let drawing = Markup(chart.svg(.wide).markup)
        let line = try #require(drawing.all("line").first { $0.attributes["class"] == "trend" })
        func number(_ name: String) throws -> Double {
            try #require(line.attributes[name].flatMap { Double($0) })
        }
        let axis = TimeAxis(chart.points.map(\.at), most: 8, until: chart.projectedEnd)
        let values = Axis(chart)
        let rise = try (number("y1") - number("y2")) / 342 * (log2(values.high) - log2(values.low))
        // The plot is 696 wide, from 52 to 748.
        let days = try (number("x2") - number("x1")) / 696 * (axis.to - axis.from)
        #expect(abs(days / rise - 128.7) < 0.5)
    }

    @Test func `what is not drawn is counted`() throws {
        let chart = try chart("horizon-50", Scene(models: 300))
        #expect(chart.points.count == Chart.mostPoints && chart.omitted == 108)
        #expect(
            Markup(chart.figure(links: .node).markup).text.contains(
                "108 older values are not drawn"))
    }

    @Test func `without a signed trend no line is laid`() throws {
        #expect(try chart("research-tasks").trend == nil)
        #expect(!(try chart("research-tasks").svg(.wide).markup.contains("class=\"trend\"")))
    }

    @Test func `a drawing as a file brings its style and its name space along`() throws {
        let file = try chart().file(.wide).markup
        #expect(Markup(file).mistakes == [])
        #expect(file.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\""))
        #expect(file.contains("prefers-color-scheme:dark"))
    }

    @Test func `time labels have room, for a week and for ten years`() {
        for span in [0, 20, 60, 120, 400, 4000] {
            for most in [4, 8] {
                let times = [Scene.now, Scene.now + Scene.hours(Int64(span) * 24)]
                let axis = TimeAxis(times, most: most)
                #expect((1...most + 1).contains(axis.ticks.count), "\(span) d: \(axis.ticks)")
                #expect(axis.ticks.allSatisfy { (0...1).contains(axis.place(day: $0.day)) })
            }
        }
    }

    @Test func `figures are said in the unit that people use`() {
        func words(_ value: String, _ unit: QuantityUnit) -> String {
            Quantity(ExactDecimal(value)!, unit).words
        }
        #expect(words("480", .minutes) == "8 h")
        #expect(words("60.4", .minutes) == "60.4 min")
        #expect(words("90", .minutes) == "90 min")
        #expect(words("0.85", .share) == "85 %")
        #expect(words("128.7", .days) == "128.7 d")
        #expect(words("1e26", .flop) == "1e26 FLOP")
    }
}
