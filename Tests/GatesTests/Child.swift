// SPDX-License-Identifier: Apache-2.0

import Foundation
import Gates

/// What the system says about processes.
enum Child {
    /// The letters that `ps` shows for a process group: `T` is stopped, empty where it is gone.
    static func states(ofGroup group: Int32) -> [Character] {
        processes().filter { $0.group == group && $0.state != "Z" }.map(\.state)
    }

    /// Whether a group stands still. A shell that was stopped while its child was being made
    /// (vfork) shows `D`: it waits for a child that is stopped.
    static func isHeld(group: Int32) -> Bool {
        let states = states(ofGroup: group)
        return states.contains("T") && states.allSatisfy { $0 == "T" || $0 == "D" }
    }

    static func group(of process: Int32) -> Int32? {
        processes().first { $0.id == process }?.group
    }

    private static func processes() -> [(id: Int32, group: Int32, state: Character)] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.compactMap { id in
            // `id (name) state parent group …`; the name may hold anything but is the last with a
            // bracket.
            guard let line = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8),
                let end = line.lastIndex(of: ")")
            else { return nil }
            let fields = line[end...].split(separator: " ")
            guard fields.count > 3, let group = Int32(fields[3]) else { return nil }
            return (id, group, fields[1].first!)
        }
    }

    static var canBeSeen: Bool { FileManager.default.fileExists(atPath: "/proc/self/stat") }

    /// A job that writes `ready`, then `saved` whenever it is told to save, and counts in `beats`.
    static func saving(in folder: Folder) -> [String] {
        let script = """
            cd '\(folder.path)'
            trap 'echo saved >> saved' USR1
            trap 'echo ended > ended; exit 7' TERM
            echo ready > ready
            while :; do echo . >> beats; sleep 0.02; done
            """
        return ["sh", "-c", script]
    }
}
