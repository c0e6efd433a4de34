// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import NIOCore
import Synchronization

/// Counts open connections, so that they stay few enough, and one address cannot take them all.
final class ConnectionBook: Sendable {
    private struct Open {
        var byAddress: [ClientAddress: Int] = [:]
        var all = 0
    }

    private let open = Mutex(Open())
    private let guarding: FloodGuard
    private let metrics: Metrics

    init(_ guarding: FloodGuard, _ metrics: Metrics) {
        self.guarding = guarding
        self.metrics = metrics
    }

    /// Takes a place for another connection.
    ///
    /// - Returns: nil where there was one; otherwise why there is none.
    fileprivate func enter(_ address: ClientAddress) -> String? {
        let limits = guarding.limits
        let isProxy = guarding.isProxy(address)
        return open.withLock { open in
            if limits.connections > 0, open.all >= limits.connections { return "all" }
            let count = open.byAddress[address.holder, default: 0]
            if limits.connectionsPerAddress > 0, !isProxy, count >= limits.connectionsPerAddress {
                return "address"
            }
            open.all += 1
            open.byAddress[address.holder] = count + 1
            return nil
        }
    }

    fileprivate func leave(_ address: ClientAddress) {
        open.withLock { open in
            open.all -= 1
            let count = open.byAddress[address.holder, default: 1] - 1
            open.byAddress[address.holder] = count == 0 ? nil : count
        }
    }

    fileprivate var secondsPerRequest: Int { guarding.limits.secondsPerRequest }

    fileprivate func count(closed reason: String) {
        metrics.count("standstill_connections_closed_total", "reason", reason)
    }

    /// What looks after one connection.
    func watcher() -> any RemovableChannelHandler { ConnectionWatchInstaller(self) }
}

/// Puts a ``ConnectionWatch`` where bytes are still bytes, and is done.
private final class ConnectionWatchInstaller: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private let book: ConnectionBook

    init(_ book: ConnectionBook) { self.book = book }

    func handlerAdded(context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        do {
            try pipeline.addHandler(ConnectionWatch(book), position: .first)
            pipeline.removeHandler(self, promise: nil)
        } catch {
            context.close(promise: nil)
        }
    }
}

/// Closes a connection whose other end sends a request, or takes an answer, too slowly.
///
/// The bytes themselves tell: what comes in before anything goes out is one request.
private final class ConnectionWatch: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    private let book: ConnectionBook
    private var address: ClientAddress?
    /// When the first byte of the request came that was not answered yet.
    private var began: NIODeadline?
    private var bytes = 0
    /// Of them, those that had come when it was last looked at.
    private var bytesSeen = 0
    /// What waited to be taken when it was last looked at, and how often it did not become less.
    private var buffered = 0
    private var stalls = 0
    private var look: Scheduled<Void>?

    /// Every request may take as long.
    private let patience: TimeAmount
    private let pause: TimeAmount
    /// A longer one has to come at this rate.
    static let leastBytesPerSecond = 16 << 10
    /// Times that it is looked at while the other end takes nothing.
    private static let mostStalls = 6

    init(_ book: ConnectionBook) {
        self.book = book
        patience = .milliseconds(1000 * Int64(max(1, book.secondsPerRequest)))
        pause = .nanoseconds(patience.nanoseconds / 4)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { begin(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    private func begin(_ context: ChannelHandlerContext) {
        guard address == nil else { return }
        let peer = ClientAddress(context.channel.remoteAddress)
        if let reason = book.enter(peer) { return close(context, reason) }
        address = peer
        lookAgain(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    private func end() {
        look?.cancel()
        look = nil
        if let address { book.leave(address) }
        address = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        bytes += unwrapInboundIn(data).readableBytes
        if began == nil { began = .now() }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        began = nil
        bytes = 0
        bytesSeen = 0
        context.write(data, promise: promise)
    }

    private func lookAgain(_ context: ChannelHandlerContext) {
        look = context.eventLoop.assumeIsolated().scheduleTask(in: pause) {
            self.lookAt(context)
        }
    }

    private func lookAt(_ context: ChannelHandlerContext) {
        guard address != nil else { return }
        if isStillSending { return close(context, "slow-sender") }
        if isStuck(context.channel) { return close(context, "slow-reader") }
        lookAgain(context)
    }

    private var isStillSending: Bool {
        guard let began else { return false }
        let allowed =
            patience
            + .seconds(Int64(bytes / ConnectionWatch.leastBytesPerSecond))
        let isLate = NIODeadline.now() - began > allowed
        // What came since it was last looked at shows that the request is not complete yet: else
        // it is we who take our time.
        defer { bytesSeen = bytes }
        return isLate && bytes > bytesSeen
    }

    private func isStuck(_ channel: any Channel) -> Bool {
        guard !channel.isWritable,
            let waiting = try? channel.syncOptions?.getOption(.bufferedWritableBytes)
        else {
            stalls = 0
            buffered = 0
            return false
        }
        stalls = buffered > 0 && waiting >= buffered ? stalls + 1 : 0
        buffered = waiting
        return stalls >= ConnectionWatch.mostStalls
    }

    private func close(_ context: ChannelHandlerContext, _ reason: String) {
        book.count(closed: reason)
        context.close(promise: nil)
    }
}
