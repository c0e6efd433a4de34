// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Serves routes until the process is told to stop, or the task is cancelled.
///
/// Requests under way are finished, listeners are sent home; whoever dawdles is cut off after a
/// moment.
func serve(
    _ routes: Routes, on address: ListenAddress, services: [any Service], flood: FloodGuard,
    metrics: Metrics, logger: Logger,
    onListening: @escaping @Sendable (String) async -> Void
) async throws {
    DescriptorLimit.raise()
    let (told, stopping) = AsyncStream<Void>.makeStream()
    let book = ConnectionBook(flood, metrics)
    let application = Application(
        router: routes.router(ProblemMiddleware(metrics: metrics, logger: logger), flood: flood),
        server: .http1(
            configuration: .init(
                additionalChannelHandlers: [book.watcher()], idleTimeout: .seconds(60),
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: 8 << 10, maxHeaderListSize: 32 << 10,
                    maxHeaderFieldCount: 100))),
        configuration: ApplicationConfiguration(
            address: .hostname(address.host, port: address.port)),
        services: services,
        onServerRunning: { channel in
            let port = channel.localAddress?.port ?? address.port
            await onListening("http://" + ListenAddress.written(address.host, port))
            // The server is told first; the services only once it has ended.
            Task {
                try? await gracefulShutdown()
                stopping.finish()
            }
        },
        logger: quiet(logger))
    do {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.runService() }
            group.addTask {
                for await _ in told {}
                try await Task.sleep(for: longestGoodbye)
            }
            try await group.next()
            group.cancelAll()
            while !group.isEmpty { _ = try? await group.next() }
        }
    } catch let error as IOError {
        throw StartFault(
            .network, "cannot listen on \(address): \(String(cString: strerror(error.errnoCode)))",
            hint: "port 0 takes a free one")
    }
}

/// How long requests under way may take once the process is told to stop.
private let longestGoodbye = Duration.milliseconds(400)

/// The server's own words below warnings are of no use to an operator.
private func quiet(_ logger: Logger) -> Logger {
    var logger = logger
    logger.logLevel = max(.warning, logger.logLevel)
    return logger
}
