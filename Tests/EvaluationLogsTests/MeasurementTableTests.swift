// SPDX-License-Identifier: Apache-2.0
import EvaluationLogs
import PauseAgreement
import Testing
import TransparencyLog

@Suite struct MeasurementTableTests {
    private static let header = "by,indicator,subject,value,unit,low,high,confidence,made\n"

    private func table(_ text: String) throws -> MeasurementTable {
        try MeasurementTable(parsing: Array(text.utf8), file: "m.csv")
    }

    @Test func `every column arrives in its member`() throws {
        let digest = String(repeating: "ab", count: 32)
        let table = try table(
            """
            by,indicator,subject,value,unit,low,high,confidence,interval-method,n,clusters,suite,\
            method,assurance,made,elicitation,model-sha256,evidence,evidence-sha256,source,\
            fictional,reported,note
            evaluator-1,autonomy-horizon,fiction-1,352.2,min,198,815,0.95,bootstrap,170,60,\
            METR-Horizon-v1.1,logistic fit,third-party,2026-02-05,"best of three, scaffolded",\
            \(digest),runs.csv,\(digest),METR,yes,2026-02-07T12:00:00Z,"a ""note"" b"

            """)
        let row = try #require(table.rows.first)
        #expect(
            (table.rows.count, row.line, row.by, row.note) == (1, 2, "evaluator-1", "a \"note\" b"))
        #expect(row.reported == Time("2026-02-07T12:00:00Z"))
        let value = try #require(row.measurement)
        #expect(value.indicator == "autonomy-horizon")
        #expect(value.subject == .model("fiction-1"))
        #expect((value.value, value.unit) == (ExactDecimal("352.2"), .minutes))
        #expect(
            (value.interval?.low, value.interval?.high) == (
                ExactDecimal("198"), ExactDecimal("815")
            ))
        #expect(value.interval?.confidence == ExactDecimal("0.95"))
        #expect(value.interval?.method == "bootstrap")
        #expect((value.n, value.clusters) == (170, 60))
        #expect((value.suite, value.method) == ("METR-Horizon-v1.1", "logistic fit"))
        #expect((value.assurance, value.fictional) == (.thirdParty, true))
        #expect(value.made == Time("2026-02-05"))
        #expect(value.elicitation == "best of three, scaffolded")
        #expect(value.modelDigest == Digest(hex: digest))
        #expect(value.evidence.map(\.name) == ["runs.csv"])
        #expect(value.source == "METR")
    }

    @Test func `what a table leaves out has a plain meaning`() throws {
        let table = try table(
            "indicator,subject,value,unit,made,low,high\n"
                + "compute,frontier,4e26,FLOP,2026-01-01,,\n"
                + "code-share,model:fiction-1, 76 ,%,2026-01-01,70,82.5\n")
        let values = table.measurements
        #expect(values.map(\.subject) == [.frontier, .model("fiction-1")])
        #expect(values.map(\.value.description) == ["4e26", "0.76"])
        #expect(values.map(\.unit) == [.flop, .share])
        #expect(values[1].interval?.high == ExactDecimal("0.825"))
        #expect(values[1].interval?.confidence == ExactDecimal("0.95"))
        #expect(values.map(\.assurance) == [.selfReported, .selfReported])
        #expect(values.map(\.suite) == ["not stated", "not stated"])
        #expect(table.rows.map(\.by) == [nil, nil])
        #expect(!values[0].fictional)
    }

    @Test func `how it came about, what it corrects and what a person judged are columns, too`()
        throws
    {
        let table = try table(
            """
            by,subject,indicator,value,unit,made,stage,corrects,reason,access,safeguards,budget,\
            relationship,claim,holds,assurance
            e-1,m,h,5,h,2026-01-01,preliminary,7,a slip,grey-box,off,100 GPU hours,third-party,,,
            e-2,m,,,,2026-01-02,,,as all their tasks passed,,,,,full-substitution,unclear,third-party

            """)
        let value = try #require(table.rows[0].measurement)
        #expect(
            (value.stage, value.corrects, value.reason) == (.preliminary, LogIndex(7), "a slip"))
        #expect((value.safeguards, value.budget) == (.off, "100 GPU hours"))
        #expect(value.access?.rawValue == "grey-box")
        #expect(value.relationship == .thirdParty)
        let judgement = try #require(table.rows[1].judgement)
        #expect((judgement.claim, judgement.holds) == ("full-substitution", .unclear))
        #expect((judgement.subject, judgement.assurance) == (.model("m"), .thirdParty))
        #expect(table.measurements.count == 1)
        // A judgement has no value: a cell that would be without effect is refused.
        checkMalformed(["line 2", "value"]) {
            _ = try self.table("subject,claim,holds,reason,made,value\nm,c,yes,r,2026-01-01,5\n")
        }
    }

    @Test func `what is wrong is named with line and column`() {
        let good = "evaluator-1,h,m,5,min,4,6,0.95,2026-01-01\n"
        let cases: [(String, [String])] = [
            ("", ["empty"]),
            ("by,indicator,subjct\n", ["line 1", "column 3", "subjct", "interval-method"]),
            ("by,indicator\n", ["line 1", "subject"]),
            (Self.header + "e,h,m,5,min,4,6,0.95\n", ["line 2", "8 cells"]),
            (
                Self.header + good + "e,h,m,5 h,min,4,6,0.95,2026-01-01\n",
                ["line 3, column 7", "5 h"]
            ),
            (Self.header + "e,h,m,,min,,,,2026-01-01\n", ["line 2, column 7", "value"]),
            (
                Self.header + "e,h,m,5,hours,4,6,0.95,2026-01-01\n",
                ["line 2, column 9", "unit", "one of ms"]
            ),
            (Self.header + "e,h,m,5,min,6,7,0.95,2026-01-01\n", ["line 2, column 13", "around"]),
            (Self.header + "e,h,m,5,min,4,,0.95,2026-01-01\n", ["line 2", "high", "both ends"]),
            (
                Self.header + "e,h,m,5,min,4,6,1.5,2026-01-01\n",
                ["line 2, column 17", "between 0 and 1"]
            ),
            (Self.header + "e,h,m,5,min,4,6,sure,2026-01-01\n", ["line 2, column 17", "sure"]),
            (Self.header + "e,h,m,5,min,4,6,0.95,today\n", ["line 2, column 22", "made"]),
            (Self.header + "E 1,h,m,5,min,4,6,0.95,2026-01-01\n", ["line 2, column 1", "by"]),
            (Self.header + "e,H,m,5,min,4,6,0.95,2026-01-01\n", ["line 2, column 3", "indicator"]),
            (Self.header + "e,h,,5,min,4,6,0.95,2026-01-01\n", ["line 2, column 5", "frontier"]),
            ("indicator,subject,value,unit\nh,m,1,h\n", ["line 2", "made", "no such column"]),
            (
                "indicator,subject,value,unit,made,n\nh,m,1,h,2026-01-01,-1\n",
                ["line 2", "n:", "-1"]
            ),
            (
                "indicator,subject,value,unit,made,evidence-sha256\nh,m,1,h,2026-01-01,ab\n",
                ["line 2", "evidence-sha256", "64"]
            ),
            (
                "indicator,subject,value,unit,made,fictional\nh,m,1,h,2026-01-01,maybe\n",
                ["line 2", "fictional", "yes or no"]
            ),
        ]
        for (text, parts) in cases { checkMalformed(parts) { _ = try table(text) } }
    }
}
