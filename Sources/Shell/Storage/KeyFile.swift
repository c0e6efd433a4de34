// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A private key on a disk: PKCS #8 PEM that nobody but its owner can read.
public enum KeyFile {
    /// The key in a file.
    ///
    /// - Throws: ``StorageFault`` where the file is missing, where others can read or change it, or
    ///   where
    ///   it holds something else. The message never holds a part of the key.
    public static func read(_ path: String) throws(StorageFault) -> PrivateKey {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw PlainFile.fault(.cannotOpen, "read key \(path)")
        }
        guard status.st_mode & 0o077 == 0 else {
            let mode = String(status.st_mode & 0o777, radix: 8)
            throw StorageFault(
                .cannotOpen, "read key \(path)",
                cause: "others can read this private key (mode 0\(mode)); run: chmod 600 \(path)")
        }
        guard let bytes = try PlainFile.read(path),
            let pem = String(validating: bytes, as: UTF8.self)
        else {
            throw StorageFault(.cannotOpen, "read key \(path)", cause: "expected a PEM file")
        }
        do throws(UnusableKey) {
            return try PrivateKey(pem: pem)
        } catch {
            throw StorageFault(.cannotOpen, "read key \(path)", cause: "\(error)")
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
}
