/// What a read leaves behind for the next delta: lines of `name=value`. A state of other settings, or one that cannot be
/// read, proves nothing: a full read is due.

internal import ConnectorKit

struct State: Sendable {
    private static let title = "ldap 1"
    /// However good the deltas, a full read from time to time proves them: it alone sees what a directory forgot to tell.
    static let longestWithoutFull: Int64 = 7 * 86400

    var way: Way
    var settings: String
    /// When the last full read began, in seconds since 1970.
    var fullAt: Int64
    /// RFC 4533 and DirSync: as the server gave it.
    var cookie: [UInt8] = []
    /// Active Directory by change number: this domain controller's database, and where it stood.
    var invocation = ""
    var usn: Int64 = 0
    /// By time of modification: of the server's clock.
    var since = ""
    /// Of all ids, where deletions can be found out only by comparing.
    var idSum: UInt64 = 0
    /// Containers by the hash of their id, with the hash of their name: a rename of one renames all below.
    var containers: [UInt64: UInt64]?

    init(way: Way, settings: String, fullAt: Int64) {
        self.way = way
        self.settings = settings
        self.fullAt = fullAt
    }

    init(_ bytes: [UInt8], _ options: Options) throws(Stop) {
        guard let state = State(bytes), state.settings == options.digest, options.incremental != .off else {
            throw .needFull
        }
        let age = secondsNow() - state.fullAt
        guard age >= 0, age < state.way.longestWithoutFull else { throw .needFull }
        self = state
    }

    private init?(_ bytes: [UInt8]) {
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        guard let first = lines.first, first.elementsEqual(Self.title.utf8) else { return nil }
        var values: [String: ArraySlice<UInt8>] = [:]
        for line in lines.dropFirst() {
            guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            values[String(decoding: line[..<equals], as: UTF8.self)] = line[(equals + 1)...]
        }
        func text(_ name: String) -> String { String(decoding: values[name] ?? [], as: UTF8.self) }
        guard let way = Way(rawValue: text("way")), let fullAt = Int64(text("full")) else { return nil }
        self.init(way: way, settings: text("settings"), fullAt: fullAt)
        guard let cookie = Hex.bytes(values["cookie"] ?? []) else { return nil }
        self.cookie = cookie
        invocation = text("invocation")
        usn = Int64(text("usn")) ?? 0
        since = text("since")
        idSum = UInt64(text("ids"), radix: 16) ?? 0
        if let packed = values["containers"] {
            guard let bytes = Hex.bytes(packed), bytes.count % 16 == 0 else { return nil }
            var containers: [UInt64: UInt64] = [:]
            for start in stride(from: 0, to: bytes.count, by: 16) {
                containers[Hex.number(bytes[start..<start + 8])] = Hex.number(bytes[start + 8..<start + 16])
            }
            self.containers = containers
        }
    }

    var bytes: [UInt8] {
        var text = "\(Self.title)\nway=\(way.rawValue)\nsettings=\(settings)\nfull=\(fullAt)\n"
        if !invocation.isEmpty { text += "invocation=\(invocation)\nusn=\(usn)\n" }
        if !since.isEmpty { text += "since=\(since)\n" }
        if idSum != 0 { text += "ids=\(String(idSum, radix: 16))\n" }
        var bytes = Array(text.utf8)
        bytes += "cookie=".utf8
        bytes += Hex.text(cookie)
        if let containers {
            bytes += "\ncontainers=".utf8
            for (id, name) in containers.sorted(by: { $0.key < $1.key }) {
                bytes += Hex.text(Hex.bytes(id) + Hex.bytes(name))
            }
        }
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }
}

enum Hex {
    static func text(_ bytes: [UInt8]) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    }

    static func bytes(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard text.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        var high: UInt8?
        for byte in text {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            default: return nil
            }
            if let first = high {
                bytes.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        return bytes
    }

    static func bytes(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
    }
    static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}
