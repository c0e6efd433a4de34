// SPDX-License-Identifier: Apache-2.0

import Disclosure
import Foundation
import PauseAgreement
import TransparencyLog

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The folder in which a reader keeps what it could open: one file a statement, for its owner only.
struct MailFolder {
    let path: String

    /// Makes the folder where there is none.
    init(creating path: String) throws(Failure) {
        self.path = path
        guard mkdir(path, 0o700) != 0 else { return }
        var status = stat()
        guard errno == EEXIST, stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw .fault("\(path): no folder can be made there")
        }
    }

    init(reading path: String) { self.path = path }

    /// Adds openings to what is kept of their statement, and returns the file.
    func keep(_ openings: Openings) throws(Failure) -> String {
        let file = "\(path)/\(openings.about.hex)\(OpeningsFile.ending)"
        var disclosures = openings.disclosures
        if access(file, F_OK) == 0 {
            let kept = try OpeningsFile.read(file)
            guard kept.about == openings.about, kept.kind == openings.kind else {
                throw .malformed("\(file): openings of another statement than its name says")
            }
            // All of them hold, so two of one field are the same.
            disclosures = kept.disclosures.filter { openings[$0.name] == nil } + disclosures
        }
        let merged = Openings(
            about: openings.about, kind: openings.kind,
            disclosures: disclosures.sorted { $0.name < $1.name })
        try OutputFile.write(merged.json.prettyBytes, to: file, isSecret: true)
        return file
    }

    /// Keeps a message that does not match, as its sender signed it: it is evidence.
    func keep(rejected message: MailDelivery.Message) throws(Failure) -> String {
        let file = "\(path)/\(message.id.hex).rejected.json"
        try OutputFile.write(message.envelope.json.prettyBytes, to: file, isSecret: true)
        return file
    }

    /// All openings in the folder with their files, by file name.
    func read() throws(Failure) -> [(file: String, openings: Openings)] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        } catch {
            throw .fault("\(path): cannot be read")
        }
        var found: [(file: String, openings: Openings)] = []
        for name in names where name.hasSuffix(OpeningsFile.ending) {
            let file = "\(path)/\(name)"
            found.append((file, try OpeningsFile.read(file)))
        }
        return found
    }
}
