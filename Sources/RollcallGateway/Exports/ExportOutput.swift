/// Where the bytes of an export in a text format go, in pieces as they are made: a file, standard output, memory.
protocol ExportOutput: AnyObject {
    func write(_ bytes: [UInt8]) throws
}

/// Gathers small pieces, so that a large one is handed on seldom.
final class ExportStream: ExportOutput {
    private var buffer: [UInt8] = []
    private let next: ([UInt8]) throws -> Void

    init(_ next: @escaping ([UInt8]) throws -> Void) { self.next = next }

    func write(_ bytes: [UInt8]) throws {
        buffer += bytes
        if buffer.count >= 1 << 16 { try flush() }
    }

    func flush() throws {
        guard !buffer.isEmpty else { return }
        try next(buffer)
        buffer.removeAll(keepingCapacity: true)
    }
}

final class ExportFile: ExportOutput {
    let file: AtomicFile
    init(_ file: AtomicFile) { self.file = file }
    func write(_ bytes: [UInt8]) throws { try file.write(bytes) }
}
