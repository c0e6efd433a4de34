// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization

/// Keeps the buckets of one node: who has sent too much is told to come again before it costs much.
///
/// An address pays for what is refused, never for what is taken: a statement that is validly signed
/// costs it nothing, so that a party is only held to its quota, which the log operator computes
/// from the log.
final class FloodGuard: Sendable {
    let limits: FloodLimits
    private let logger: Logger
    private let refusals: TokenBuckets<ClientAddress>?
    private let reads: TokenBuckets<ClientAddress>?
    private let mail: TokenBuckets<String>?
    /// Whether somebody was told about a proxy that is not believed.
    private let hasWarned = Atomic(false)

    init(_ limits: FloodLimits, logger: Logger) {
        func buckets<Key>(_ rate: Int) -> TokenBuckets<Key>? {
            rate < 1
                ? nil : TokenBuckets(rate: rate, burst: rate * FloodLimits.burstSeconds)
        }
        self.limits = limits
        self.logger = logger
        refusals = buckets(limits.refusalsPerSecond)
        reads = buckets(limits.readsPerSecond)
        mail = buckets(limits.mailPerSecond)
    }

    /// Lets a request in, before its body is read.
    ///
    /// - Throws: ``ProblemDocument/tooFast(_:)`` where its address has nothing left.
    func enter(_ charge: Charge, _ request: Request, _ context: NodeContext)
        throws(ProblemDocument)
    {
        let wait: Int64?
        switch charge {
        case .nothing: return
        case .read(let cost): wait = reads?.take(cost, from: sender(of: request, context))
        case .submission: wait = refusals?.wait(of: sender(of: request, context))
        }
        if let wait { throw .tooFast(nanoseconds: wait) }
    }

    /// Charges an address for what was refused.
    func refused(_ charge: Charge, _ request: Request, _ context: NodeContext) {
        guard charge == .submission else { return }
        refusals?.charge(1, to: sender(of: request, context))
    }

    /// Lets a party send or ask for mail, once its signature was checked.
    ///
    /// - Throws: ``ProblemDocument/tooFast(_:)``.
    func enter(mailOf party: String) throws(ProblemDocument) {
        if let wait = mail?.take(1, from: party) { throw .tooFast(nanoseconds: wait) }
    }

    // MARK: - Addresses

    private static let forwarded = HTTPField.Name("X-Forwarded-For")!

    /// Who a request comes from: the peer, or whom a proxy that is believed names.
    ///
    /// A proxy adds whom it got the request from at the end; what stands before may be anybody's
    /// invention.
    func sender(of request: Request, _ context: NodeContext) -> ClientAddress {
        let peer = ClientAddress(context.peer)
        guard request.headers.contains(FloodGuard.forwarded) else { return peer.holder }
        guard isProxy(peer) else {
            warn()
            return peer.holder
        }
        let names = request.headers[values: FloodGuard.forwarded].joined(separator: ",")
            .split(separator: ",", omittingEmptySubsequences: false)
        for name in names.reversed() {
            guard let address = ClientAddress(name) else { break }
            if !isProxy(address) { return address.holder }
        }
        return peer.holder
    }

    func isProxy(_ address: ClientAddress) -> Bool {
        limits.proxies.contains { $0.contains(address) }
    }

    private func warn() {
        guard !hasWarned.exchange(true, ordering: .relaxed) else { return }
        logger.warning(
            """
            requests come with X-Forwarded-For, which is believed from a --proxy only: all whom \
            that proxy serves count as one address
            """)
    }
}

/// What is known of a request beside itself.
struct NodeContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The other end of the connection.
    let peer: SocketAddress?

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        peer = source.channel.remoteAddress
    }
}
