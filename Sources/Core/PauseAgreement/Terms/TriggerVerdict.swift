// SPDX-License-Identifier: Apache-2.0

/// What a trigger reads.
public enum TriggerVerdict: String, Hashable, Sendable, CaseIterable {
    case crossed, clear, unknown
}
