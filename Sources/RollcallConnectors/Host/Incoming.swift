internal import RollcallCore

/// What a worker says in words, made fit to be read: redacted, one line each, without control characters, at most
/// 4 KiB a line and 100 lines a second. Keeps the last lines and the last 64 KiB of standard error for an incident.
package struct Incoming {
    static let lineLength = 4 << 10
    static let linesPerSecond = 100
    static let tailLength = 64 << 10

    private(set) var redactor: Redactor
    private var secrets: [String]
    private(set) var lastLines: [String] = []
    private var tail: [UInt8] = []
    private var tailWasCut = false
    private var line: [UInt8] = []
    private var windowStart: UInt64 = 0
    private var inWindow = 0
    private var dropped = 0

    init(secrets: [String]) {
        self.secrets = secrets
        redactor = Redactor(secrets: secrets)
    }

    /// One more to keep out: a token that the connector has just been given and had us save.
    mutating func add(secret: String) {
        secrets.append(secret)
        redactor = Redactor(secrets: secrets)
    }

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

    /// Bytes from standard output or error; gives back whole lines.
    mutating func output(_ bytes: UnsafeRawBufferPointer, now: UInt64) -> [String] {
        tail.append(contentsOf: bytes)
        if tail.count > 2 * Self.tailLength {
            tail.removeFirst(tail.count - Self.tailLength)
            tailWasCut = true
        }
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

    /// The end of standard error. A cut may have gone through a secret, so what stands before the first line end is
    /// dropped.
    func errorOutput() -> String {
        var bytes = tail
        if tailWasCut, let end = bytes.firstIndex(of: 0x0A) { bytes.removeFirst(end + 1) }
        bytes = redactor.redact(bytes)
        return String(decoding: bytes.suffix(Self.tailLength), as: UTF8.self)
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
