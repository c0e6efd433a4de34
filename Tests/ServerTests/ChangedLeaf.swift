// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Makes an entry one second younger in a store's file, behind the back of whoever has it open: it
/// is as well-formed and as well signed as before.
///
/// Through Python's SQLite, since this process may have the file open, too.
func changeLeaf(_ position: Int, in path: String) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
        "python3", "-c",
        """
        import re, sqlite3, sys
        place = int(sys.argv[2])
        store = sqlite3.connect(sys.argv[1])
        leaf = store.execute("SELECT leaf FROM leaves WHERE position = ?", (place,)).fetchone()[0]
        other = re.sub(rb"[0-9]+", lambda time: b"%d" % (int(time[0]) + 1000), leaf, count=1)
        store.execute("UPDATE leaves SET leaf = ? WHERE position = ?", (other, place))
        store.commit()
        """, path, "\(position)",
    ]
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.fileWriteUnknown) }
}
