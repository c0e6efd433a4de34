// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Keeps a second process away from a store, a mark or a gate's folder; the system lets go when we
/// end.
public final class StoreLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock file at `path`, making it where there is none.
    ///
    /// - Throws: ``StorageFault`` with ``StorageFault/Code/inUse`` where another process holds it.
    public init(path: String) throws(StorageFault) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw PlainFile.fault(.cannotOpen, "open \(path)") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let fault =
                errno == EWOULDBLOCK
                ? StorageFault(.inUse, "lock \(path)", cause: "another process is using this store")
                : PlainFile.fault(.cannotOpen, "lock \(path)")
            _ = close(descriptor)
            throw fault
        }
        self.descriptor = descriptor
    }

    /// Lets others in before this value ends; may be called again.
    public func release() { _ = flock(descriptor, LOCK_UN) }

    deinit { _ = close(descriptor) }
}
