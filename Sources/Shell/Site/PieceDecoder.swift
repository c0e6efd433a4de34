// SPDX-License-Identifier: Apache-2.0
import CZlib
import CZstd

/// Expands compressed bytes that come in pieces; three ways of compression stand behind it.
protocol PieceDecoder {
    /// Expands the next piece and passes on what comes of it.
    mutating func decode(_ piece: [UInt8], _ body: (UnsafeRawBufferPointer) throws -> Void) throws
    /// Whether the compressed data may end here.
    var isComplete: Bool { get }
}

/// Compressed data that no decoder understands.
struct UndecodablePiece: Error {
    let reason: String
}

/// Members that were not compressed.
struct StoredPieces: PieceDecoder {
    var isComplete: Bool { true }

    func decode(_ piece: [UInt8], _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        try piece.withUnsafeBytes(body)
    }
}

private let outputSize = 1 << 18

/// Deflate without a zlib header.
///
/// Source: RFC 1951.
struct InflatedPieces: PieceDecoder {
    private let inflater = Inflater()

    var isComplete: Bool { inflater.isComplete }

    func decode(_ piece: [UInt8], _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        try inflater.decode(piece, body)
    }

    private final class Inflater {
        private let stream: UnsafeMutablePointer<z_stream>
        private(set) var isComplete = false

        init() {
            stream = .allocate(capacity: 1)
            stream.initialize(to: z_stream())
            // Minus 15: a raw stream with the largest window.
            let status = inflateInit2_(
                stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
            precondition(status == Z_OK, "zlib is missing or out of memory")
        }

        deinit {
            inflateEnd(stream)
            stream.deallocate()
        }

        func decode(_ piece: [UInt8], _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
            guard !isComplete else {
                throw UndecodablePiece(reason: "data follows its compressed end")
            }
            var input = piece
            var output = [UInt8](repeating: 0, count: outputSize)
            try input.withUnsafeMutableBufferPointer { source in
                stream.pointee.next_in = source.baseAddress
                stream.pointee.avail_in = UInt32(source.count)
                repeat {
                    let status = output.withUnsafeMutableBufferPointer { target in
                        stream.pointee.next_out = target.baseAddress
                        stream.pointee.avail_out = UInt32(target.count)
                        return inflate(stream, Z_NO_FLUSH)
                    }
                    isComplete = status == Z_STREAM_END
                    guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
                        throw UndecodablePiece(reason: "its compressed data is damaged")
                    }
                    let count = outputSize - Int(stream.pointee.avail_out)
                    try output.withUnsafeBytes {
                        try body(UnsafeRawBufferPointer(rebasing: $0[..<count]))
                    }
                    // A full buffer may hide more output even where all input is used up.
                } while !isComplete
                    && (stream.pointee.avail_in > 0 || stream.pointee.avail_out == 0)
                guard stream.pointee.avail_in == 0 else {
                    throw UndecodablePiece(reason: "data follows its compressed end")
                }
            }
        }
    }
}

/// One or several Zstandard frames, with windows of at most 128 MiB.
///
/// Source: RFC 8878.
struct ZstandardPieces: PieceDecoder {
    private let context = Context()

    var isComplete: Bool { context.isComplete }

    func decode(_ piece: [UInt8], _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        try context.decode(piece, body)
    }

    private final class Context {
        private let stream: OpaquePointer
        /// True at the end of every frame, after which another one may begin.
        private(set) var isComplete = true

        init() {
            guard let stream = ZSTD_createDStream() else {
                preconditionFailure("Zstandard is out of memory")
            }
            self.stream = stream
        }

        deinit { ZSTD_freeDStream(stream) }

        func decode(_ piece: [UInt8], _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
            var output = [UInt8](repeating: 0, count: outputSize)
            try piece.withUnsafeBytes { source in
                var input = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
                var isFull = false
                while input.pos < input.size || isFull {
                    var count = 0
                    let status = output.withUnsafeMutableBytes { target in
                        var result = ZSTD_outBuffer(
                            dst: target.baseAddress, size: target.count, pos: 0)
                        defer { count = result.pos }
                        return ZSTD_decompressStream(stream, &result, &input)
                    }
                    guard ZSTD_isError(status) == 0 else {
                        throw UndecodablePiece(reason: "its compressed data is damaged")
                    }
                    isFull = count == outputSize && status != 0
                    isComplete = status == 0
                    try output.withUnsafeBytes {
                        try body(UnsafeRawBufferPointer(rebasing: $0[..<count]))
                    }
                }
            }
        }
    }
}

/// The CRC-32 of a ZIP member.
struct Checksum {
    private(set) var value: UInt32 = 0

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        let start = bytes.bindMemory(to: UInt8.self).baseAddress
        value = UInt32(truncatingIfNeeded: crc32_z(UInt(value), start, bytes.count))
    }
}
