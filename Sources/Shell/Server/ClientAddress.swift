// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Where a request comes from: 128 bits, IPv4 as IPv6 writes it.
struct ClientAddress: Hashable, Sendable {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// What has no address of the Internet is one and the same.
    init(_ address: SocketAddress?) {
        switch address {
        case .v4(let address):
            // The address stands behind family and port.
            let bits = withUnsafeBytes(of: address.address) {
                $0.load(fromByteOffset: 4, as: UInt32.self)
            }
            self.init(v4: UInt32(bigEndian: bits))
        case .v6(let address):
            // And behind the flow here: RFC 3493, section 3.3.
            self = withUnsafeBytes(of: address.address) { bytes in
                ClientAddress(
                    high: UInt64(
                        bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
                    low: UInt64(
                        bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)))
            }
        case .unixDomainSocket, nil: self.init(high: 0, low: 0)
        }
    }

    /// An address as text: `192.0.2.1`, `2001:db8::1`; with brackets and a port, too.
    init?(_ text: some StringProtocol) {
        var host = text.drop { $0 == " " }[...]
        while host.last == " " { host.removeLast() }
        if host.first == "[", let end = host.firstIndex(of: "]") {
            host = host[host.index(after: host.startIndex)..<end]
        } else if host.count(where: { $0 == ":" }) == 1, let colon = host.firstIndex(of: ":") {
            host = host[..<colon]
        }
        guard host.utf8.count <= 45,
            let address = try? SocketAddress(ipAddress: String(host), port: 0)
        else { return nil }
        self.init(address)
    }

    private init(v4: UInt32) {
        self.init(high: 0, low: 0xFFFF << 32 | UInt64(v4))
    }

    private var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }

    /// Whose it is: of IPv6 everybody is given 2⁶⁴ addresses.
    var holder: ClientAddress { isIPv4 ? self : ClientAddress(high: high, low: 0) }

    /// How many bits it is written with: 32 or 128.
    fileprivate var width: Int { isIPv4 ? 32 : 128 }

    /// Whether the first `bits` of 128 are those of `other`.
    fileprivate func agrees(with other: ClientAddress, bits: Int) -> Bool {
        let highBits = min(bits, 64)
        let lowBits = bits - highBits
        // A shift by the whole width is 0, which is what is meant.
        return (high ^ other.high) >> UInt64(64 - highBits) == 0
            && (low ^ other.low) >> UInt64(64 - lowBits) == 0
    }
}

/// An address, or all that begin with the same bits: `192.0.2.7`, `10.0.0.0/8`, `2001:db8::/32`.
public struct AddressRange: Hashable, Sendable {
    private let address: ClientAddress
    private let bits: Int

    /// Nil where the text is none.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let address = ClientAddress(parts[0]) else {
            return nil
        }
        var bits = address.width
        if parts.count == 2 {
            guard let written = Int(parts[1]), String(written) == parts[1],
                (0...address.width).contains(written)
            else { return nil }
            bits = written
        }
        self.address = address
        self.bits = 128 - address.width + bits
    }

    func contains(_ other: ClientAddress) -> Bool { address.agrees(with: other, bits: bits) }
}
