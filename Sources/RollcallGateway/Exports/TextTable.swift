/// Tables that are text: a line each.
///
/// An address may have a `#` in it, which begins a comment: at the start of a line for Postfix and Exim, anywhere for
/// OpenSMTPD, Rspamd and perhaps Haraka. Exim takes it between quotation marks; the other readers have no way to write it
/// (Postfix would keep the marks), so it is left out of theirs. lmdb and cdb have it.
final class TextTable: RecipientTable {
    private let output: any ExportOutput
    private let format: ExportFormat
    private var line: [UInt8] = []

    init(_ format: ExportFormat, _ output: any ExportOutput) {
        self.format = format
        self.output = output
    }

    func stamp(_ stamp: ExportStamp) throws { try output.write(Array(stamp.line.utf8)) }

    func add(_ key: UnsafeRawBufferPointer, _ kind: String) throws {
        line.removeAll(keepingCapacity: true)
        let isComment = key.first == UInt8(ascii: "#")
        switch format {
        case .exim:
            if isComment { line.append(UInt8(ascii: "\"")) }
            line.append(contentsOf: key)
            if isComment { line.append(UInt8(ascii: "\"")) }
            line.append(contentsOf: ": \(kind)".utf8)
        case .list: line.append(contentsOf: key)
        default:
            if format == .postfix ? isComment : key.contains(UInt8(ascii: "#")) { return }
            line.append(contentsOf: key)
            if format == .postfix { line.append(contentsOf: " \(kind)".utf8) }
        }
        line.append(0x0A)
        try output.write(line)
    }

    func finish() {}
}
