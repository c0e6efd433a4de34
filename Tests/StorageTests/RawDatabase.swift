// SPDX-License-Identifier: Apache-2.0

import GRDB

/// Runs SQL in a file behind the store's back. In a file of its own, since GRDB's operators and
/// those of test declarations do not go together.
func execute(_ sql: String, in path: String) throws {
    let database = try DatabaseQueue(path: path)
    try database.writeWithoutTransaction { try $0.execute(sql: sql) }
    try database.close()
}
