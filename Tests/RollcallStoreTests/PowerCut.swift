import Foundation
import TestSupport

/// What a disk may hold after the plug was pulled at some event of a recorded process: everything that was synced, and
/// of what was not each write whole, not at all, or torn at 512-byte sectors.
struct PowerCut {
    struct Event {
        enum Kind: UInt8 {
            case write = 0x57
            case truncate = 0x54
            case sync = 0x53
            case unlink = 0x55
        }

        var kind: Kind
        var name: String
        var offset: Int
        var data: [UInt8]
    }

    let events: [Event]
    /// The file in which the process says how much is done.
    static let mark = "MARK"

    init(log: [UInt8]) {
        var events: [Event] = []
        log.withUnsafeBytes { bytes in
            var index = 0
            while index + 21 <= bytes.count {
                func number(_ at: Int) -> Int { Int(bytes.loadUnaligned(fromByteOffset: index + at, as: UInt64.self)) }
                let nameLength = Int(bytes.loadUnaligned(fromByteOffset: index + 1, as: UInt32.self))
                let start = index + 21 + nameLength
                guard let kind = Event.Kind(rawValue: bytes[index]), start <= bytes.count else { return }
                let length = kind == .write ? number(13) : 0
                guard start + length <= bytes.count else { return }
                events.append(
                    Event(
                        kind: kind, name: String(decoding: bytes[index + 21..<start], as: UTF8.self),
                        offset: number(5), data: [UInt8](bytes[start..<start + length])))
                index = start + length
            }
        }
        self.events = events
    }

    /// The files after a cut before event `cut`, and what the process had said by then. `ignoringSyncs` is a disk that
    /// lies, which no store survives: the test of the test.
    func image(cut: Int, ignoringSyncs: Bool = false, _ random: inout SeededGenerator) -> (
        files: [String: [UInt8]], promised: Int
    ) {
        var durable: [String: [UInt8]] = [:]
        var pending: [String: [Event]] = [:]
        var promised = 0
        for event in events[..<cut] {
            if event.name == Self.mark {
                if event.kind == .write { promised = Int(String(decoding: event.data, as: UTF8.self)) ?? promised }
                continue
            }
            switch event.kind {
            case .write, .truncate:
                pending[event.name, default: []].append(event)
                durable[event.name] = durable[event.name] ?? []
            case .sync where ignoringSyncs: break
            case .sync:
                for done in pending.removeValue(forKey: event.name) ?? [] {
                    Self.apply(done, to: &durable[event.name, default: []])
                }
            case .unlink:
                durable[event.name] = nil
                pending[event.name] = nil
            }
        }
        for (name, events) in pending {
            for event in events {
                let fate = random.below(3)
                if fate == 0 || event.kind == .truncate {
                    Self.apply(event, to: &durable[name, default: []])
                } else if fate == 2 {
                    for start in stride(from: 0, to: event.data.count, by: 512) where random.once(in: 2) {
                        var part = event
                        part.offset += start
                        part.data = Array(event.data[start..<min(start + 512, event.data.count)])
                        Self.apply(part, to: &durable[name, default: []])
                    }
                }
            }
        }
        return (durable, promised)
    }

    private static func apply(_ event: Event, to file: inout [UInt8]) {
        let end = event.offset + event.data.count
        if event.kind == .truncate {
            if file.count > end { file.removeLast(file.count - end) }
        }
        if file.count < end { file += [UInt8](repeating: 0, count: end - file.count) }
        file.withUnsafeMutableBytes { bytes in
            UnsafeMutableRawBufferPointer(rebasing: bytes[event.offset..<end]).copyBytes(from: event.data)
        }
    }
}
