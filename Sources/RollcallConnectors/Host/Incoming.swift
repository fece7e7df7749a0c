internal import RollcallCore

/// What a worker says in words, made fit to be read: redacted, one line each, without control characters, at most
/// 4 KiB a line and 100 lines a second. Keeps the last lines and the last 64 KiB of standard error for an incident.
package struct Incoming {
    static let lineLength = 4 << 10
    static let linesPerSecond = 100
    static let tailLength = 64 << 10

    private(set) var lastLines: [String] = []
    /// What may be the beginning of a secret, and waits for more.
    private var heldBack: [UInt8] = []
    private var tail: [UInt8] = []
    private var line: [UInt8] = []
    private var windowStart: UInt64 = 0
    private var inWindow = 0
    private var dropped = 0

    init(secrets: [String]) {
        for secret in secrets { SecretRegistry.shared.add(secret) }
    }

    /// One more to keep out: a token that the connector has just been given and had us save.
    func add(secret: String) { SecretRegistry.shared.add(secret) }

    var redactor: Redactor { SecretRegistry.shared.redactor }

    /// A log line, ready for the observer; `nil` when it comes too fast. The lines left out are counted, and told
    /// with the next that passes.
    mutating func log(_ bytes: [UInt8], now: UInt64) -> [String] {
        if now &- windowStart >= 1_000_000_000 {
            windowStart = now
            inWindow = 0
        }
        guard inWindow < Self.linesPerSecond else {
            dropped += 1
            return []
        }
        inWindow += 1
        var lines: [String] = []
        if dropped > 0 {
            lines.append("\(dropped) lines left out: more than \(Self.linesPerSecond) a second")
            dropped = 0
        }
        lines.append(Self.readable(redactor.redact(bytes)))
        lastLines += lines
        if lastLines.count > 40 { lastLines.removeFirst(lastLines.count - 40) }
        return lines
    }

    /// Bytes from standard output or error; gives back whole lines. A secret may lie across two pieces, or two lines.
    mutating func output(_ bytes: UnsafeRawBufferPointer, now: UInt64) -> [String] {
        heldBack.append(contentsOf: bytes)
        return take(redactor.redact(taking: &heldBack, isLast: false), now: now)
    }

    /// What was held back, for nothing more will come.
    mutating func flush(now: UInt64) -> [String] {
        take(redactor.redact(taking: &heldBack, isLast: true), now: now)
    }

    /// The end of standard error.
    mutating func errorOutput() -> String {
        _ = flush(now: windowStart)
        return String(decoding: tail.suffix(Self.tailLength), as: UTF8.self)
    }

    private mutating func take(_ bytes: [UInt8], now: UInt64) -> [String] {
        tail += bytes
        if tail.count > 2 * Self.tailLength { tail.removeFirst(tail.count - Self.tailLength) }
        var lines: [String] = []
        for byte in bytes {
            if byte == 0x0A {
                if !line.isEmpty { lines += log(line, now: now) }
                line.removeAll(keepingCapacity: true)
            } else if line.count < 4 * Self.lineLength {
                line.append(byte)
            }
        }
        return lines
    }

    /// A sentence of the connector's, for people.
    func sentence(_ bytes: UnsafeRawBufferPointer) -> String {
        Self.readable(redactor.redact(Array(bytes)))
    }

    /// Cut to 4 KiB at a character's border, with control characters (which could drive a terminal) as blanks.
    package static func readable(_ bytes: [UInt8]) -> String {
        var cut = bytes.prefix(lineLength)
        if cut.count < bytes.count, bytes[cut.count] & 0xC0 == 0x80 {
            while let last = cut.last, last & 0xC0 == 0x80 { cut.removeLast() }
            if let last = cut.last, last >= 0xC0 { cut.removeLast() }
        }
        var out = String.UnicodeScalarView()
        for scalar in String(decoding: cut, as: UTF8.self).unicodeScalars {
            let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            out.append(isControl ? " " : scalar)
        }
        return String(out)
    }
}
