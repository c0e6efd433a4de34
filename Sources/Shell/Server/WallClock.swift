// SPDX-License-Identifier: Apache-2.0

import Foundation
import PauseAgreement

/// The machine's clock, which roles are told and never ask.
enum WallClock {
    static func now() -> Time {
        Time(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)))
    }
}
