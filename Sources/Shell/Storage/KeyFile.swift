// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A private key on a disk: PKCS #8 PEM that nobody but its owner can read.
public enum KeyFile {
    /// No key file is longer, in bytes.
    private static let longest = 1 << 16

    /// The signing key in a file.
    ///
    /// - Throws: ``UnreadableKey``; its words never hold a part of the key.
    public static func read(_ path: String) throws(UnreadableKey) -> PrivateKey {
        try read(path, of: "an Ed25519 private key in PKCS #8 PEM") { (pem) throws(UnusableKey) in
            try PrivateKey(pem: pem)
        }
    }

    /// The key in a file, of whichever sort `parse` makes of its text.
    ///
    /// - Parameter sort: what the file has to be, as it follows "not".
    public static func read<Key, Unusable: Error>(
        _ path: String, of sort: String, parse: (String) throws(Unusable) -> Key
    ) throws(UnreadableKey) -> Key {
        let bytes = try bytes(of: path)
        guard let pem = String(validating: bytes, as: UTF8.self) else {
            throw UnreadableKey(.malformed, path, "not \(sort): expected a PEM file")
        }
        do {
            return try parse(pem)
        } catch {
            throw UnreadableKey(.malformed, path, "not \(sort): \(error)")
        }
    }

    /// Makes a key file with mode 0600; an existing file is never overwritten.
    public static func write(_ key: PrivateKey, to path: String) throws(StorageFault) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw PlainFile.fault(.cannotOpen, "create key \(path)") }
        _ = close(descriptor)
        try PlainFile.create(path, Array(key.pem.utf8), mode: 0o600)
        try PlainFile.synchronize(folderOf: path)
    }

    /// What is in a file that only its owner may read.
    private static func bytes(of path: String) throws(UnreadableKey) -> [UInt8] {
        // A pipe without a writer would otherwise wait for ever.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw UnreadableKey(errno, path) }
        defer { close(descriptor) }
        // Asked of the open file, so that nobody can swap it in between.
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw UnreadableKey(errno, path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw UnreadableKey(.malformed, path, "not a plain file")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw UnreadableKey(.readableByOthers, path, "a private key that others may read")
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = buffer.withUnsafeMutableBytes {
                system(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw UnreadableKey(errno, path) }
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
            guard bytes.count <= longest else {
                throw UnreadableKey(.malformed, path, "longer than any key file")
            }
        }
    }

    /// The system's `read`, whose name the methods above have taken.
    private static func system(
        _ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int
    ) -> Int {
        #if canImport(Glibc)
            Glibc.read(descriptor, buffer, count)
        #else
            Darwin.read(descriptor, buffer, count)
        #endif
    }
}

/// Why a key file gives no key, in words that never hold a part of it.
public struct UnreadableKey: Error, Hashable, Sendable, CustomStringConvertible {
    /// What a caller can tell apart; each ends a program with another exit status.
    public enum Kind: Hashable, Sendable {
        /// The file is missing, or the disk fails.
        case unreadable
        /// Its mode lets others read or change it.
        case readableByOthers
        /// It holds something else.
        case malformed
    }

    public let kind: Kind
    public let path: String
    /// What is wrong, as it follows the path and a colon.
    public let reason: String

    init(_ kind: Kind, _ path: String, _ reason: String) {
        self.kind = kind
        self.path = path
        self.reason = reason
    }

    /// The system's reason; to be made before anything else can change `errno`.
    init(_ number: Int32, _ path: String) {
        let text = String(cString: strerror(number))
        self.init(
            .unreadable, path, "cannot be read: \(text.prefix(1).lowercased())\(text.dropFirst())")
    }

    /// How a program that cannot go on without the key ends: 74, 77 or 65.
    public var exitCode: Int32 {
        switch kind {
        case .unreadable: 74
        case .readableByOthers: 77
        case .malformed: 65
        }
    }

    public var description: String { "\(path): \(reason)" }

    /// The way out, where there is one.
    public var hint: String? {
        switch kind {
        case .unreadable: nil
        case .readableByOthers: "chmod 600 \(path)"
        case .malformed: "standstill key new NAME --out FILE makes one"
        }
    }
}
