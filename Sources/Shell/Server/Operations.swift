// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import TransparencyLog

// MARK: - What every kind of node promises

extension Operation {
    static let openAPI = Operation(
        id: "getOpenAPI", summary: "This description.",
        replies: [.ok("OpenAPI 3.1.", .json(.openAPI))])

    static let metrics = Operation(
        id: "getMetrics", summary: "Figures for Prometheus.",
        replies: [.ok("Counters and gauges.", .text("The text format of Prometheus."))])

    static let alive = Operation(
        id: "getHealth", summary: "Whether the process answers.",
        replies: [.ok("It does.", .text("ok"))])

    static let ready = Operation(
        id: "getReadiness", summary: "Whether it does its work.",
        replies: [.ok("It does.", .text("ready"))], problems: [Trouble(503, "fault")])

    static let order = Operation(
        id: "getOrder", summary: "The newest order with enough signatures.",
        replies: [.ok("A note.", .text("An order and its signatures."))],
        problems: [Trouble(404, "no-order-yet")])

    static let proposal = Operation(
        id: "getProposal", summary: "The newest proposal, signed by the log.",
        replies: [.ok("A note.", .text("A proposal and the log's signature."))],
        problems: [Trouble(404, "no-proposal-yet")])

    static let addCheckpoint = Operation(
        id: "addCheckpoint", summary: "Asks for a cosignature: C2SP tlog-witness.",
        body: Body(
            content: .text("old SIZE, a consistency proof, an empty line and a checkpoint."),
            limit: MonitorNode.largestBody, isStrict: false),
        replies: [
            .ok("Cosigned.", .text("A signature line.")),
            Reply(
                status: 409, summary: "Another size was cosigned last.",
                content: .of("text/x.tlog.size", "That size, in decimal.")),
        ],
        problems: [
            Trouble(400, "malformed-checkpoint"), Trouble(403, "not-signed"),
            Trouble(404, "unknown-log"), Trouble(422, "inconsistent"), Trouble(503, "fault"),
        ])
}

// MARK: - The log's tiles

extension Operation {
    static let checkpoint = Operation(
        id: "getCheckpoint", summary: "The newest checkpoint: C2SP tlog-checkpoint.",
        replies: [.ok("A note.", .text("A checkpoint and its signatures."))],
        problems: [Trouble(404, "not-found"), Trouble(503, "fault")])

    /// Tiles and entry bundles; deeper paths, of logs beyond 256 million entries, are served too.
    static func tile(_ levels: String, example: String) -> Operation {
        let level = Parameter.path(
            "level", "The level of the tile, or entries.",
            ["type": "string", "pattern": .string(levels)], example: .string(example))
        let digits: JSON = ["type": "string", "pattern": "^[0-9]{3}$"]
        let tile = Parameter.path(
            "n", "The last three digits of its number.", digits, example: "000")
        let group = Parameter.path("group", "The three digits before.", digits, example: "001")
        let width = Parameter.path(
            "width", "How many of its 256 places are taken.",
            Schemas.integer("A width.", from: 1, to: 255), example: 1)
        return Operation(
            id: "getTile", summary: "A tile or an entry bundle: C2SP tlog-tiles.",
            replies: [.ok("It never changes.", .bytes)],
            problems: [Trouble(404, "not-found")],
            templates: [
                Template(path: "/tile/{level}/{n}", parameters: [level, tile]),
                Template(path: "/tile/{level}/{n}.p/{width}", parameters: [level, tile, width]),
                Template(path: "/tile/{level}/x{group}/{n}", parameters: [level, group, tile]),
                Template(
                    path: "/tile/{level}/x{group}/{n}.p/{width}",
                    parameters: [level, group, tile, width]),
            ])
    }
}

// MARK: - The log's statements

extension Operation {
    static let submit = Operation(
        id: "submitStatement",
        summary: "Hands in a statement; answered once it is durable.",
        body: Body(
            content: .json(.envelope, example: Schemas.exampleEnvelope),
            limit: Brake.largestEnvelope),
        replies: [
            Reply(status: 201, summary: "It is in the log.", content: .json(.submitted)),
            .ok("The same signer had said the same before.", .json(.submitted)),
        ],
        problems: [
            Trouble(400, "malformed-json", "malformed-envelope"), Trouble(413, "too-large"),
            Trouble(403, "unknown-key", "bad-signature", "too-few-signatures"),
            Trouble(403, "may-not-say", "not-a-member"),
            Trouble(422, "malformed-statement", "wrong-agreement", "wrong-terms"),
            Trouble(429, "too-busy", "over-quota"), Trouble(503, "fault"),
        ])

    static func statements(origin: String) -> Operation {
        Operation(
            id: "listStatements", summary: "Entries, oldest first, narrowed down where asked.",
            parameters: [
                .query(
                    "signer", "Only this party's.", Schemas.signer(origin: origin),
                    example: "developer-a"),
                .query("kind", "Only of this kind.", Schemas.kind, example: "opening"),
                .query("subject", "Only those that speak of this.", ["type": "string"]),
                .query("from", "Only those received then or later.", Schemas.instant),
                .query("until", "Only those received before then.", Schemas.instant),
                .query("payload", "Only the one whose payload has this SHA-256.", Schemas.digest),
                .query("proofs", "Whether each comes with envelope and receipt.", Schemas.flag),
                .query("after", "Only those behind this entry.", Schemas.index("An entry.")),
                .query(
                    "limit", "How many at most; 50 where it is not given.",
                    Schemas.integer("A number.", from: 1, to: Int64(LogNode.largestPage)),
                    example: 10),
            ],
            replies: [.ok("A page of entries.", .json(.entries))], cost: .read(2))
    }

    private static let index = Parameter.path(
        "index", "The entry's place in the log.", Schemas.index("From 0."), example: 0)

    static let statement = Operation(
        id: "getStatement", summary: "One entry with its envelope.", parameters: [index],
        replies: [.ok("The entry.", .json(.entryWithEnvelope))],
        problems: [Trouble(404, "not-found")])

    static let receipt = Operation(
        id: "getReceipt", summary: "An entry's receipt with the cosignatures held now.",
        parameters: [index],
        replies: [.ok("A receipt.", .text("A C2SP tlog-proof."))],
        problems: [Trouble(404, "not-found")])

    static let agreement = Operation(
        id: "getAgreement", summary: "The agreement; its SHA-256 is its id.",
        replies: [.ok("Canonical JSON.", .json(.agreement))])

    static let state = Operation(
        id: "getState", summary: "What the law says now.",
        replies: [.ok("As the node says it.", .json(.state))], cost: .read(10))

    static let stateAt = Operation(
        id: "getState", summary: "What the law says now, or said at an instant.",
        parameters: [
            .query(
                "at", "Over the entries received up to then; RFC 3339 in UTC, or milliseconds.",
                Schemas.instant)
        ],
        replies: [.ok("As the node says it.", .json(.state))],
        problems: [
            Trouble(400, "future"), Trouble(404, "not-found"), Trouble(429, "too-busy"),
        ], cost: .read(10))

    static let orders = Operation(
        id: "listOrders", summary: "One order an epoch, and the newest.",
        replies: [.ok("Notes.", .json(.orders))], cost: .read(10))

    static let events = Operation(
        id: "listen", summary: "Entries and orders as they come: server-sent events.",
        parameters: [
            .query("after", "Where to go on: SIZE-TICK.", Schemas.cursor, example: "0-0"),
            Parameter(
                name: "Last-Event-ID", place: .header,
                summary: "The same, as browsers send it; it goes before `after`.",
                schema: Schemas.cursor),
        ],
        replies: [.ok("A stream without an end.", .of("text/event-stream", "Events."))],
        problems: [Trouble(429, "too-busy")])
}

// MARK: - Monitors and witnesses

extension Operation {
    static let monitors = Operation(
        id: "getMonitors", summary: "How the set of monitors that count has changed.",
        replies: [.ok("Notes of versions 2 and later, in their order.", .json(.monitors))])

    static let propose = Operation(
        id: "propose", summary: "Proposes a tick; answered with the order that follows.",
        body: Body(
            content: .text("A note by the log over a proposal."), limit: MonitorNode.largestBody,
            isStrict: false),
        replies: [.ok("A note.", .text("The order with the monitor's signature."))],
        problems: [
            Trouble(400, "malformed-proposal"), Trouble(403, "not-signed"),
            Trouble(422, "wrong-agreement"),
            Trouble(409, "clock", "rollback", "fork", "behind", "not-counted"),
            Trouble(409, "withheld-statement"),
            Trouble(503, "starting", "stopped"),
        ])

    static let ownOrder = Operation(
        id: "getOrder", summary: "The newest order that it signed, with its peers' signatures.",
        replies: order.replies, problems: order.problems)

    static let cosignedCheckpoint = Operation(
        id: "getCosignedCheckpoint", summary: "The newest checkpoint that it cosigned.",
        replies: checkpoint.replies, problems: [Trouble(404, "not-found")])

    /// The same, where others' programs look for it.
    static let checkpointOfOwnLog = Operation(
        id: "getCheckpointOfLog", summary: "The same, by the SHA-256 of the log's origin.",
        replies: checkpoint.replies, problems: [Trouble(404, "not-found")])

    static let entryBundle: Operation = {
        var operation = tile("^entries$", example: "entries")
        operation.id = "getEntryBundle"
        return operation
    }()

    static let checkpointOfLog = Operation(
        id: "getCheckpointOfLog",
        summary: "The newest checkpoint that it cosigned of a log.",
        parameters: [
            .path(
                "hash", "The SHA-256 of the log's origin.", Schemas.digest,
                example: .string(Digest.sha256([]).hex))
        ],
        replies: checkpoint.replies, problems: [Trouble(404, "not-found")])
}

// MARK: - The mailbox

extension Operation {
    private static let problemsOfMail = [
        Trouble(400, "malformed-json", "malformed-envelope"),
        Trouble(403, "unknown-key", "bad-signature", "too-few-signatures", "not-the-signer"),
        Trouble(422, "malformed-mail", "wrong-agreement"),
    ]

    static let sendMail = Operation(
        id: "sendMail", summary: "Hands in a sealed message; answered once it is durable.",
        body: Body(
            content: .json(.envelope, example: Schemas.exampleEnvelope),
            limit: Mail.largestEnvelope),
        replies: [
            Reply(status: 202, summary: "It waits for its reader.", content: .json(.mailID))
        ],
        problems: problemsOfMail + [
            Trouble(403, "wrong-audience"), Trouble(404, "unknown-statement"),
            Trouble(429, "mailbox-full"),
        ])

    static let collectMail = Operation(
        id: "collectMail", summary: "Asks for what waits, and says what was kept.",
        body: Body(
            content: .json(.envelope, example: Schemas.exampleEnvelope),
            limit: LogNode.largestMailRequest),
        replies: [.ok("Messages; senders take turns.", .json(.mailDelivery))],
        problems: problemsOfMail + [
            Trouble(403, "not-yours"), Trouble(409, "clock", "replayed"),
        ])
}
