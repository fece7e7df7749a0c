/// One change of a directory, as bytes: the format in which a worker hands records to the host, and (its attribute
/// part) in which the mirror keeps them. Nothing is copied into Strings until a record is known to have changed.
///
///     u32 length of what follows · u8 op · u8 kind · u16 idLength · u16 peerLength · u16 attributeCount
///     id · peer · attributes, each: u16 nameLength · u32 valueLength · name · value
///
/// All numbers are little endian. The reader trusts no length: a frame that does not add up ends the read.

package enum RecordOp: UInt8, Sendable {
    case put = 1, patch, delete
}

package enum RecordKind: UInt8, Sendable {
    case user = 1, group, contact, resource, membership
}

/// The limits of a record; a connector that goes over them is at fault.
package enum RecordLimits {
    package static let record = 1 << 20
    package static let id = 1024
    package static let attributes = 65_535
}

/// A view of one record. Good as long as the buffer that it was read from.
package struct RecordView {
    package let op: RecordOp
    /// `nil` for a kind that this host does not know: skipped, and counted.
    package let kind: RecordKind?
    package let id: UnsafeRawBufferPointer
    package let peer: UnsafeRawBufferPointer
    package let attributes: AttributeList
}

/// What is wrong with a frame of records.
package struct RecordFlaw: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}

/// Walks a frame of records, checking every length first.
package struct RecordReader {
    private var reader: ByteReader

    package init(_ body: UnsafeRawBufferPointer) { reader = ByteReader(body) }

    /// The next record, or `nil` at the end of the frame.
    package mutating func next() throws(RecordFlaw) -> RecordView? {
        if reader.isAtEnd { return nil }
        guard let length = reader.number(UInt32.self), length <= RecordLimits.record + 64,
            let body = reader.bytes(Int(length))
        else { throw RecordFlaw("a record is longer than its frame") }
        var record = ByteReader(body)
        guard let opByte = record.number(UInt8.self), let kind = record.number(UInt8.self),
            let idLength = record.number(UInt16.self), let peerLength = record.number(UInt16.self),
            let count = record.number(UInt16.self),
            let id = record.bytes(Int(idLength)), let peer = record.bytes(Int(peerLength))
        else { throw RecordFlaw("a record ends in its head") }
        guard let op = RecordOp(rawValue: opByte) else { throw RecordFlaw("a record has the unknown op \(opByte)") }
        guard !id.isEmpty, id.count <= RecordLimits.id, peer.count <= RecordLimits.id else {
            throw RecordFlaw("a record has an id of \(id.count) bytes; 1 to \(RecordLimits.id) are allowed")
        }
        let attributes = AttributeList(record.rest)
        guard attributes.count() == Int(count) else { throw RecordFlaw("a record's attributes do not add up") }
        return RecordView(op: op, kind: RecordKind(rawValue: kind), id: id, peer: peer, attributes: attributes)
    }
}

/// The attributes of a record: name and value pairs in the directory's order; a name may repeat.
package struct AttributeList: Sequence {
    package let bytes: UnsafeRawBufferPointer

    package init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    package struct Iterator: IteratorProtocol {
        private var reader: ByteReader
        init(_ bytes: UnsafeRawBufferPointer) { reader = ByteReader(bytes) }

        @inline(__always)
        package mutating func next() -> (name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer)? {
            guard let nameLength = reader.number(UInt16.self), let valueLength = reader.number(UInt32.self),
                let name = reader.bytes(Int(nameLength)), let value = reader.bytes(Int(valueLength))
            else { return nil }
            return (name, value)
        }

        var isAtEnd: Bool { reader.isAtEnd }
    }

    package func makeIterator() -> Iterator { Iterator(bytes) }

    /// The bytes without a `where` that stands last, which is where connectors put it.
    package var withoutPlace: UnsafeRawBufferPointer {
        var last: (name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer)?
        for attribute in self { last = attribute }
        guard let last, last.name.elementsEqual("where".utf8) else { return bytes }
        return UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count - 6 - last.name.count - last.value.count)])
    }

    /// How many attributes there are; `nil` where the bytes do not add up.
    package func count() -> Int? {
        var walk = makeIterator()
        var count = 0
        // Asked before each, for one that is cut short in its lengths would otherwise look like the end.
        while !walk.isAtEnd {
            guard walk.next() != nil else { return nil }
            count += 1
        }
        return count
    }
}

/// Packs records into one growing buffer. Reused: `removeAll` keeps the memory.
package struct RecordWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    /// Appends one record. The caller has checked the lengths against `RecordLimits`.
    package mutating func append(
        op: UInt8, kind: UInt8, id: UnsafeRawBufferPointer, peer: UnsafeRawBufferPointer, attributeCount: Int,
        attributes: (Int) -> (name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer)
    ) {
        let start = bytes.count
        bytes.append(number: UInt32(0))
        bytes.append(op)
        bytes.append(kind)
        bytes.append(number: UInt16(truncatingIfNeeded: id.count))
        bytes.append(number: UInt16(truncatingIfNeeded: peer.count))
        bytes.append(number: UInt16(truncatingIfNeeded: attributeCount))
        bytes.append(contentsOf: id)
        bytes.append(contentsOf: peer)
        for index in 0..<attributeCount {
            let (name, value) = attributes(index)
            RecordWriter.append(name: name, value: value, to: &bytes)
        }
        let length = UInt32(truncatingIfNeeded: bytes.count - start - 4)
        bytes.withUnsafeMutableBytes { $0.storeBytes(of: length.littleEndian, toByteOffset: start, as: UInt32.self) }
    }

    /// Appends one attribute in the format of the mirror.
    @inline(__always)
    package static func append(
        name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer, to bytes: inout [UInt8]
    ) {
        bytes.append(number: UInt16(truncatingIfNeeded: name.count))
        bytes.append(number: UInt32(truncatingIfNeeded: value.count))
        bytes.append(contentsOf: name)
        bytes.append(contentsOf: value)
    }
}
