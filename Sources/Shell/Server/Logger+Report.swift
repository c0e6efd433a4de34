// SPDX-License-Identifier: Apache-2.0

import Logging
import Roles

extension Logger {
    func write(_ report: Report) {
        switch report {
        case .news(let text): info("\(text)")
        case .warning(let text): warning("\(text)")
        case .alarm(let text): critical("\(text)")
        case .fault(let text): error("\(text)")
        }
    }
}
