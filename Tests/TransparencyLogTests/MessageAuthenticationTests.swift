// SPDX-License-Identifier: Apache-2.0

import Testing
import TransparencyLog

struct MessageAuthenticationTests {
    /// RFC 4231, test cases 1, 2, 3 and 6.
    @Test func `codes are those of the specification`() {
        func check(_ key: [UInt8], _ message: [UInt8], _ hex: String) {
            let code = MessageAuthentication.hmacSHA256(message, key: key)
            #expect(Hex.encode(code) == hex)
        }
        check(
            [UInt8](repeating: 0x0B, count: 20), Array("Hi There".utf8),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
        check(
            Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        check(
            [UInt8](repeating: 0xAA, count: 20), [UInt8](repeating: 0xDD, count: 50),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe")
        check(
            [UInt8](repeating: 0xAA, count: 131),
            Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    }
}
