// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

/// The shapes of what nodes send and take, as JSON Schema 2020-12.
///
/// Objects that we make ourselves may grow new members, so readers pass over what they do not know;
/// what we are sent is read strictly, and says so.
enum Schemas {
    enum Name: String, CaseIterable {
        case envelope = "Envelope"
        case submitted = "Submitted"
        case held = "Held"
        case alreadyLogged = "AlreadyLogged"
        case entry = "Entry"
        case entryWithEnvelope = "EntryWithEnvelope"
        case entries = "Entries"
        case agreement = "Agreement"
        case state = "State"
        case orders = "Orders"
        case monitors = "Monitors"
        case openAPI = "OpenAPI"
        case mailID = "MailID"
        case mailDelivery = "MailDelivery"
    }

    static func reference(_ name: Name) -> JSON {
        ["$ref": .string("#/components/schemas/\(name.rawValue)")]
    }

    static func schema(_ name: Name) -> JSON {
        switch name {
        case .envelope: envelope
        case .submitted: submitted
        case .held: object(["acceptance": reference(.envelope)])
        case .alreadyLogged: object(["logged": flag])
        case .entry: entry
        case .entryWithEnvelope:
            [
                "allOf": [
                    reference(.entry),
                    object(["envelope": ["type": "object"]]),
                ]
            ]
        case .entries:
            object([
                "statements": array(of: reference(.entry)),
                "next": nullable(
                    index("After this entry there may be more; null where there are none.")),
                "size": integer("The answer is of the first so many entries."),
            ])
        case .agreement: ["type": "object", "description": "See the format of agreements."]
        case .state: state
        case .orders: object(["orders": array(of: text("A note: an order and its signatures."))])
        case .monitors:
            object([
                "notes": array(of: text("A note: a set of monitors, signed by the one before."))
            ])
        case .mailID: object(["id": digest])
        case .mailDelivery:
            object([
                "messages": array(
                    of: object(["id": digest, "received": time, "envelope": reference(.envelope)])),
                "more": flag,
            ])
        case .openAPI:
            object(["openapi": ["type": "string"], "paths": ["type": "object"]])
        }
    }

    /// The schemas that a value refers to, and those that they refer to.
    static func closure(of json: JSON) -> JSONObject {
        var found = JSONObject()
        var queue = names(in: json)
        while let name = queue.popLast() {
            guard found[name.rawValue] == nil else { continue }
            let schema = schema(name)
            found[name.rawValue] = schema
            queue += names(in: schema)
        }
        return found
    }

    private static func names(in json: JSON) -> [Name] {
        switch json {
        case .array(let elements): elements.flatMap(names)
        case .object(let object):
            object.members.flatMap { member -> [Name] in
                guard member.key == "$ref", let text = member.value.string else {
                    return names(in: member.value)
                }
                return Name.allCases.filter { text.hasSuffix("/\($0.rawValue)") }
            }
        default: []
        }
    }

    /// Problems of one status with one of these types.
    static func problem(_ status: Int, _ slugs: Set<String>) -> JSON {
        let types = slugs.sorted().map { JSON.string(ProblemDocument.prefix + $0) }
        return object(
            [
                "type": ["enum": .array(types)], "title": text("What is wrong, for people."),
                "status": ["const": .integer(Int64(status))],
                "detail": text("What is wrong here, for people."),
            ],
            optional: [
                "pointer": ["type": "string", "description": "RFC 6901, to the offending value."],
                "clause": text("The clause of the agreement that decides."),
                "hint": text("The way out."),
            ])
    }

    // MARK: - Parts

    /// An object with these members, and perhaps others.
    static func object(_ members: JSONObject, optional: JSONObject = [:]) -> JSON {
        var properties = members
        for member in optional.members { properties[member.key] = member.value }
        return [
            "type": "object", "properties": .object(properties),
            "required": .array(members.keys.map { .string($0) }),
        ]
    }

    static func array(of schema: JSON) -> JSON { ["type": "array", "items": schema] }

    static func nullable(_ schema: JSON) -> JSON { ["anyOf": [schema, ["type": "null"]]] }

    static func text(_ summary: String? = nil) -> JSON {
        var schema: JSONObject = ["type": "string", "minLength": 1]
        schema["description"] = summary.map { .string($0) }
        return .object(schema)
    }

    static func oneOf(_ values: [String], _ summary: String? = nil) -> JSON {
        var schema: JSONObject = ["type": "string", "enum": .array(values.map { .string($0) })]
        schema["description"] = summary.map { .string($0) }
        return .object(schema)
    }

    static func integer(
        _ summary: String, from least: Int64 = 0, to most: Int64 = JSON.largestInteger
    ) -> JSON {
        [
            "type": "integer", "minimum": .integer(least), "maximum": .integer(most),
            "description": .string(summary),
        ]
    }

    static func index(_ summary: String) -> JSON { integer(summary) }

    static let time = integer("Milliseconds since 1970.")
    static let instant: JSON = {
        let date = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
        let clock = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{3})?Z"
        return [
            "type": "string", "description": "An instant.",
            "pattern": .string("^(0|[1-9][0-9]{0,14}|\(date)(T\(clock))?)$"),
        ]
    }()
    static let digest: JSON = [
        "type": "string", "pattern": "^[0-9a-f]{64}$", "description": "A SHA-256 hash.",
    ]
    static let kind = oneOf(StatementKind.allCases.map(\.rawValue), "A kind of statement.")
    /// A party of an agreement, or its log.
    static func signer(origin: String) -> JSON {
        [
            "type": "string", "description": "The name of a party, or the log's origin.",
            "anyOf": [["pattern": "^[a-z0-9][a-z0-9-]*$"], ["const": .string(origin)]],
        ]
    }
    static let cursor: JSON = [
        "type": "string", "description": "SIZE-TICK.",
        "pattern": "^(0|[1-9][0-9]{0,14})-(0|[1-9][0-9]{0,14})$",
    ]
    static let flag: JSON = ["type": "boolean"]

    /// Base64 in its one spelling: the bits behind the last byte are zero.
    private static func base64(_ summary: String) -> JSON {
        let any = "[A-Za-z0-9+/]"
        let rest = "\(any){2}[AEIMQUYcgkosw048]=|\(any)[AQgw]=="
        return [
            "type": "string", "minLength": 4, "pattern": .string("^(\(any){4})*(\(rest))?$"),
            "description": .string(summary),
        ]
    }

    private static func strict(_ members: JSONObject, optional: JSONObject = [:]) -> JSON {
        var schema = object(members, optional: optional).object ?? [:]
        schema["additionalProperties"] = false
        return .object(schema)
    }

    private static let envelope = strict([
        "payloadType": text("What the payload is."),
        "payload": base64("The bytes that are signed."),
        "signatures": [
            "type": "array", "minItems": 1, "maxItems": 256,
            "items": strict(
                ["sig": base64("A signature over type and payload.")],
                optional: ["keyid": ["type": "string", "description": "Whose key it may be."]]),
        ],
    ])

    /// A statement under another agreement, so that trying it out changes nothing.
    static let exampleEnvelope: JSON = [
        "payloadType": .string(Envelope.inToto),
        "payload": .string(Base64.encode(Array("{}".utf8))),
        "signatures": [
            [
                "keyid": .string(Digest.sha256([]).hex),
                "sig": .string(Base64.encode([UInt8](repeating: 0, count: 64))),
            ]
        ],
    ]

    private static let submitted = object([
        "index": index("Its place in the log."), "received": time,
        "receipt": text("A C2SP tlog-proof."),
    ])

    private static let entry = object(
        [
            "index": index("Its place in the log."), "received": time, "kind": kind,
            "signer": [
                "type": "string", "description": "The party; the log's origin for the opening.",
            ],
            "effect": nullable(text("Why it changed nothing; null where it had its effect.")),
            "statement": ["type": "object", "description": "An in-toto Statement v1."],
        ],
        optional: [
            "subject": text("What it speaks of."), "clause": text("The clause that decides."),
            "envelope": ["type": "object"], "receipt": text("A C2SP tlog-proof."),
        ])

    private static let brakeStates: [String] = BrakeState.allCases.map(\.rawValue)

    private static let state = object([
        "agreement": digest, "terms": digest, "rules": integer("The version of the law.", from: 1),
        "at": time, "size": integer("Entries that it stands on."),
        "brake": object(["state": oneOf(brakeStates), "since": time]),
        "order": object(
            [
                "epoch": integer("Counts changes."), "measures": array(of: ["type": "object"]),
                "causes": array(of: ["type": "object"]),
            ], optional: ["expiry": time]),
        "entry-into-force": object(
            [
                "in-force": flag, "in": array(of: text()), "out": array(of: ["type": "object"]),
                "waits-for": array(of: text()),
            ], optional: ["since": time]),
        "parties": array(
            of: object(
                [
                    "name": text(), "roles": array(of: text()), "jurisdiction": text(),
                    "state": text(), "since": time,
                ], optional: ["reason": text()])),
        "triggers": array(
            of: object([
                "trigger": text(), "subject": text(),
                "verdict": oneOf(["crossed", "clear", "unknown"]), "since": time,
                "reason": ["type": "object"], "clause": text(),
            ])),
        "questions": array(
            of: object([
                "id": text(), "kind": text(), "opened": time, "deadline": time,
                "status": oneOf(["open", "adopted", "rejected", "timed-out"]), "clause": text(),
            ])),
        "models": array(of: ["type": "object"]), "measurements": array(of: ["type": "object"]),
        "without-effect": array(
            of: object(
                ["entry": index("The entry."), "reason": text()], optional: ["clause": text()])),
    ])
}
