// SPDX-License-Identifier: Apache-2.0

import TransparencyLog

// MARK: - What pages for people promise

extension Operation {
    /// What is promised of a page, or of what belongs to one, by its path.
    ///
    /// Who links to them may add what he likes to the address.
    static func page(at path: String) -> Operation {
        switch path {
        case "/": page("getPage", "What the law says now.")
        case "/at/:instant": permanent
        case "/timeline": timeline
        case "/entry/:index": entry
        case "/page.css": page("getStyle", "The pages' style.", type: "text/css")
        case "/page.js": page("getScript", "The pages' script.", type: "text/javascript")
        case "/headline.json": headline
        case "/state.json": stateOfPage
        case let table where table.hasSuffix(".csv"):
            atInstant(
                page("getTable \(table)", "A part of the state as a table.", type: "text/csv"))
        default: undescribed(path)
        }
    }

    private static func page(
        _ id: String, _ summary: String, type: String = "text/html",
        parameters: [Parameter] = [], problems: [Trouble] = []
    ) -> Operation {
        Operation(
            id: id, summary: summary, parameters: parameters,
            replies: [.ok("Made for people.", .of(type, summary))], problems: problems,
            takesAnyQuery: true, cost: type == "text/html" ? .read(10) : nil)
    }

    /// A route of which no more is said than that it is there.
    private static func undescribed(_ path: String) -> Operation {
        Operation(
            id: "get \(path)", summary: "Not described.",
            replies: [.ok("Anything.", Content(type: "*/*", schema: [:]))],
            problems: [Trouble(400, "malformed-query"), Trouble(404, "not-found")],
            takesAnyQuery: true)
    }

    private static let permanent = page(
        "getPageAt", "What the law said at an instant; it never changes.",
        parameters: [
            .path("instant", "SIZE-MILLISECONDS.", Schemas.cursor, example: "1-0")
        ],
        problems: [Trouble(404, "not-found"), Trouble(429, "too-busy"), Trouble(503, "fault")])

    private static let entry = page(
        "getEntryPage", "One entry.",
        parameters: [
            .path("index", "The entry's place in the log.", Schemas.index("From 0."), example: 0)
        ],
        problems: [Trouble(404, "not-found")])

    private static let timeline = page(
        "getTimeline", "What was logged.",
        parameters: [
            .query("signer", "Only this party's; empty for all.", ["type": "string"]),
            .query(
                "kind", "Only of this kind; empty for all.",
                ["anyOf": [Schemas.kind, ["const": ""]]], example: "opening"),
            .query("before", "Only those before this entry.", Schemas.index("An entry.")),
            .query("after", "Only those behind this entry.", Schemas.index("An entry.")),
        ],
        problems: [Trouble(400, "malformed-query")])

    private static let headline = atInstant(
        Operation(
            id: "getHeadline", summary: "The page's one sentence, for other pages.",
            replies: [
                .ok("The headline.", Content(type: "application/json", schema: ["type": "object"]))
            ],
            takesAnyQuery: true))

    private static let stateOfPage = atInstant(
        Operation(
            id: "getStateOfPage", summary: "The state that a page shows.",
            replies: [.ok("As the node says it.", .json(.state))], takesAnyQuery: true))

    private static func atInstant(_ operation: Operation) -> Operation {
        var operation = operation
        operation.cost = .read(10)
        operation.parameters.append(
            .query("at", "An instant that was: SIZE-MILLISECONDS.", Schemas.cursor))
        operation.problems += [
            Trouble(404, "not-found"), Trouble(429, "too-busy"), Trouble(503, "fault"),
        ]
        return operation
    }
}
