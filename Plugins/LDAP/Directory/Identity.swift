/// The stable id of an object, from the form in which each kind of server has it to the text that stands in records.

internal import ConnectorKit

enum IDForm: Sendable {
    /// entryUUID: text already.
    case uuid
    /// objectGUID: 16 bytes, the first three fields little-endian.
    case guid
    /// nsUniqueId: text in four groups of eight.
    case netscape
    /// Any other text.
    case text

    init(attribute: String) {
        switch attribute.asciiLowercased {
        case "objectguid": self = .guid
        case "nsuniqueid": self = .netscape
        case "entryuuid": self = .uuid
        default: self = .text
        }
    }
}

/// Writes ids as text into a piece of memory of its own; each is good until the next.
final class IDWriter {
    let form: IDForm
    private let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1024, alignment: 1)

    init(_ form: IDForm) { self.form = form }
    deinit { room.deallocate() }

    /// From the value of the id attribute; nil if it is none.
    func text(value: Bytes) -> Bytes? {
        switch form {
        case .guid: return value.count == 16 ? text(guid: value) : nil
        case .uuid, .netscape, .text:
            guard value.count > 0, value.count <= room.count else { return nil }
            for index in 0..<value.count {
                var byte = value[index]
                if form != .text, byte &- UInt8(ascii: "A") < 26 { byte |= 0x20 }
                room[index] = byte
            }
            return Bytes(rebasing: room[0..<value.count])
        }
    }

    /// From the 16 bytes by which RFC 4533 names an object.
    func text(uuid: some RandomAccessCollection<UInt8>) -> Bytes? {
        guard uuid.count == 16 else { return nil }
        let dashes = form == .netscape ? [4, 8, 12] : [4, 6, 8, 10]
        return write(uuid.map { $0 }, dashes)
    }

    func copy(uuid: some RandomAccessCollection<UInt8>) -> [UInt8]? { text(uuid: uuid).map(Array.init) }

    private func text(guid: Bytes) -> Bytes {
        let order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
        return write(order.map { guid[$0] }, [4, 6, 8, 10])
    }

    private func write(_ bytes: [UInt8], _ dashes: [Int]) -> Bytes {
        var at = 0
        for (index, byte) in bytes.enumerated() {
            if dashes.contains(index) {
                room[at] = UInt8(ascii: "-")
                at += 1
            }
            room[at] = Self.digit(byte >> 4)
            room[at + 1] = Self.digit(byte & 15)
            at += 2
        }
        return Bytes(rebasing: room[0..<at])
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value
    }
}

/// The ids of a read, each by a small number. Its memory moves while it grows, so what it lends is good only until the
/// next is added.
final class IDPool {
    private var bytes: UnsafeMutableRawPointer
    private var capacity = 1 << 16
    private var used = 0
    private var ends: [UInt32] = []

    init() { bytes = .allocate(byteCount: capacity, alignment: 1) }
    deinit { bytes.deallocate() }

    var count: Int { ends.count }

    func add(_ id: Bytes) -> UInt32 {
        if used + id.count > capacity {
            let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity * 2, alignment: 1)
            larger.copyMemory(from: bytes, byteCount: used)
            bytes.deallocate()
            bytes = larger
            capacity *= 2
        }
        if let start = id.baseAddress { (bytes + used).copyMemory(from: start, byteCount: id.count) }
        used += id.count
        ends.append(UInt32(truncatingIfNeeded: used))
        return UInt32(truncatingIfNeeded: ends.count - 1)
    }

    subscript(_ index: UInt32) -> Bytes {
        let start = index == 0 ? 0 : Int(ends[Int(index) - 1])
        return Bytes(start: bytes + start, count: Int(ends[Int(index)]) - start)
    }
}
