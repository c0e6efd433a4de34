// SPDX-License-Identifier: Apache-2.0

public import Disclosure
public import TransparencyLog

/// A named signatory.
public struct Party: Hashable, Sendable {
    public let name: String
    /// Sorted by name.
    public let roles: [Role]
    public let jurisdiction: String
    /// Any ``threshold`` of these sign for the party.
    public let keys: [PublicKey]
    public let threshold: Int
    /// Its share of estimated frontier compute, a public estimate named in the agreement; 0 where
    /// none.
    public let share: ExactDecimal
    /// The party that put this one forward, where somebody did: recusal follows it.
    public let nominatedBy: String?
    /// What is sealed for this party is sealed with this; nil where it reads only what is public.
    public let sealingKey: SealingPublicKey?

    public init(
        name: String, roles: [Role], jurisdiction: String, keys: [PublicKey], threshold: Int,
        share: ExactDecimal, nominatedBy: String?, sealingKey: SealingPublicKey? = nil
    ) {
        self.name = name
        self.roles = roles
        self.jurisdiction = jurisdiction
        self.keys = keys
        self.threshold = threshold
        self.share = share
        self.nominatedBy = nominatedBy
        self.sealingKey = sealingKey
    }

    /// Developers and operators do covered work, so measures bind them.
    public var doesCoveredWork: Bool { roles.contains(.developer) || roles.contains(.operator) }

    /// Whether it may attest what others say that they reached; who does covered work never may.
    public var mayAttest: Bool {
        !doesCoveredWork
            && roles.contains {
                $0 == .auditor || $0 == .evaluator || $0 == .authority || $0 == .state
            }
    }

    /// Neither `party` itself nor put forward by it.
    public func isIndependent(of party: String) -> Bool { name != party && nominatedBy != party }
}

public enum Role: String, Hashable, Sendable, CaseIterable, Comparable {
    case state, developer, `operator`, evaluator, auditor, authority, custodian, witness, monitor,
        secretariat, depositary, observer

    public static func < (a: Role, b: Role) -> Bool { a.rawValue < b.rawValue }
}
