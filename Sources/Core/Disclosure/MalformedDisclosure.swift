// SPDX-License-Identifier: Apache-2.0
public import TransparencyLog

/// Why a text is no disclosure.
public enum MalformedDisclosure: Error, Equatable, CustomStringConvertible {
    /// Not base64 for URLs without padding, in its one spelling.
    case notBase64
    /// Within the base64: no JSON.
    case notJSON(MalformedJSON)
    /// An array of something else than a salt, a name and a value.
    case notTriple
    /// The salt is not 16 bytes in base64 for URLs.
    case badSalt
    /// A name that is no field's: empty, or reserved by the RFC.
    case badName(String)

    public var description: String {
        switch self {
        case .notBase64: "The disclosure is not base64 for URLs without padding."
        case .notJSON(let malformed): "The disclosure holds no JSON: \(malformed)."
        case .notTriple: "The disclosure is not an array of a salt, a name and a value."
        case .badSalt: "The disclosure's salt is not 16 bytes in base64 for URLs."
        case .badName(let name): "The disclosure's name \"\(name)\" is no field's."
        }
    }
}
