// SPDX-License-Identifier: Apache-2.0

@preconcurrency import Dispatch

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The signals that ask this process to end, handed on instead of ending it.
final class EndSignals: Sendable {
    let received: AsyncStream<Int32>
    private let sources: [any DispatchSourceSignal]

    init() {
        let (stream, sink) = AsyncStream<Int32>.makeStream()
        received = stream
        sources = [SIGTERM, SIGINT, SIGHUP].map { number in
            // A source only sees a signal that does not end the process first.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { sink.yield(number) }
            source.resume()
            return source
        }
    }

    deinit { sources.forEach { $0.cancel() } }
}
