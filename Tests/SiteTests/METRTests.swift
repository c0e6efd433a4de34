// SPDX-License-Identifier: Apache-2.0
import EvaluationLogs
import Measurement
import Site
import Testing

@Suite struct METRTests {
    private static let header = "agent,task_family,task_id,run_id,human_minutes,score_binarized\n"

    private func runs(_ text: String) throws -> METRRuns {
        try withFile(Array(text.utf8), named: "runs.csv") { try METRRuns.read($0) }
    }

    @Test(.enabled(if: Reference.isPresent, "reference data is absent"))
    func `METR's runs are read and give the known horizons`() throws {
        let runs = try METRRuns.read(Reference.file("metr", "runs_slim"))
        #expect(runs.agents.count == 11)
        #expect(runs.runs.values.reduce(0) { $0 + $1.count } == 7_063)
        for (agent, minutes) in [("o1", 42.451416), ("human", 1_161.128934), ("davinci-002", 0)] {
            let horizon = try TimeHorizon.estimate(AgentRuns(runs.runs[agent] ?? []))
            check(horizon.minutes(), near: minutes, within: 1e-6 * max(1, minutes), agent)
        }
    }

    @Test(.enabled(if: Reference.isPresent, "reference data is absent"))
    func `METR's published horizons are read and give the known trend`() throws {
        let file = try Reference.file("metr", "th1_1_headline")
        #expect(try METRHeadline.matches(file))
        #expect(try !METRHeadline.matches(Reference.file("metr", "runs_slim")))
        let headline = try METRHeadline.read(file)
        #expect(headline.models.count == 25)
        let opus = headline.models.first { $0.name == "claude_opus_4_6_inspect" }
        #expect(opus?.p50.minutes == 718.80683)
        #expect(opus?.p80.interval == Interval(lower: 27.026521, upper: 170.437873))
        #expect(opus?.suite == "1.1")
        let points = headline.models.map {
            DatedValue(name: $0.name, day: $0.released, value: $0.p50.minutes)
        }
        let trend = try Trend.estimate(points, since: CalendarDay("2023-01-01"))
        check(trend.doublingTimeDays, near: 128.744, within: 6e-4)
    }

    @Test func `quotes, commas, CR LF, a byte order mark and other columns are read`() throws {
        let text =
            "\u{feff}score_binarized,agent,task_family,extra,task_id,run_id,human_minutes\r\n"
            + "1,\"o1, \"\"new\"\"\",f,\"two\nlines\",t,r1,2.5\r\n0.5,é,f,,t,r1,1e1"
        let runs = try runs(text)
        #expect(runs.agents == ["o1, \"new\"", "é"])
        #expect(runs.runs["é"]?.first?.humanMinutes == 10)
        #expect(runs.runs["é"]?.first?.score == 0.5)
    }

    @Test func `what is wrong in a table is named with line and column`() {
        let cases: [(String, [String])] = [
            ("", ["empty"]),
            ("agent,task_id\n", ["line 1", "task_family"]),
            ("agent,agent\n", ["line 1, column 7", "second"]),
            (Self.header + "a,f,t,r,5\n", ["line 2", "5 cells"]),
            (Self.header + "a,f,t,r,5,1\n\n", ["line 3", "1 cells"]),
            (Self.header + "a,f,t,r,x,1\n", ["line 2, column 9", "number", "x"]),
            (Self.header + "a,f,t,r,nan,1\n", ["line 2, column 9", "nan"]),
            (Self.header + "a,f,t,r,0x10,1\n", ["line 2, column 9"]),
            (Self.header + "a,f,t,r,0,1\n", ["line 2, column 9", "above zero"]),
            (Self.header + "é,f,t,r,5,2\n", ["line 2, column 11", "0 to 1"]),
            (Self.header + "\"a\nb\",f,t,r,5,x\n", ["line 3, column 12"]),
            (Self.header + "a,f,t,r,5,1\na,f,t,r,5,0\n", ["line 3, column 7", "twice"]),
            (Self.header + "a\"b,f,t,r,5,1\n", ["line 2, column 2", "quote"]),
            (Self.header + "\"a\"b,f,t,r,5,1\n", ["line 2, column 4", "comma"]),
            (Self.header + "a,\"f,t,r,5,1\n", ["line 2, column 3", "not closed"]),
            (Self.header + "a,f,t,r,5,1\ra", ["line 2, column 12", "end of the line"]),
        ]
        for (text, parts) in cases {
            checkMalformed(parts[0], parts.last ?? "") { _ = try runs(text) }
        }
        checkMalformed("UTF-8") {
            try withFile(Array(Self.header.utf8) + [0xff]) { _ = try METRRuns.read($0) }
        }
    }

    @Test func `a horizon outside its own interval, a wrong day and a model twice are refused`() {
        let header = "model,p50,p50_lo,p50_hi,p80,p80_lo,p80_hi,release_date,suite\n"
        let cases: [(String, [String])] = [
            ("a,5,6,7,1,1,1,2024-01-01,1.1\n", ["line 2, column 5", "around"]),
            ("a,5,4,7,1,1,1,2024-02-30,1.1\n", ["line 2, column 15", "day"]),
            ("a,5,4,7,1,1,1,2024-01-01,1.1\na,5,4,7,1,1,1,2024-01-01,1.1\n", ["line 3", "twice"]),
            ("a,-5,-6,7,1,1,1,2024-01-01,1.1\n", ["line 2, column 3", "below zero"]),
        ]
        for (row, parts) in cases {
            checkMalformed(parts[0], parts[1]) {
                try withFile(Array((header + row).utf8)) { _ = try METRHeadline.read($0) }
            }
        }
    }
}
