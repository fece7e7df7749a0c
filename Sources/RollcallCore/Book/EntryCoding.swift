/// Entries as bytes. The store keeps `content`, `grace` and `since` as they stand here, so that a plan can tell an
/// unchanged entry by comparing bytes; a plan keeps whole rows.
///
///     content  u8 kind · primary · name · n · n aliases · m · m members     texts behind their length as a varint
///     grace    end of the entry's grace + 2, or 0 · n · n of (address · end + 2)
///     since    n · n run numbers
///     row      key · owner · object id · content · grace · since

/// A row of the book as the store hands it out. Good as long as the statement's step that brought it.
package struct BookRow {
    package let key: UnsafeRawBufferPointer
    package let owner: OwnerID
    package let objectID: UnsafeRawBufferPointer
    package let content: UnsafeRawBufferPointer
    package let grace: UnsafeRawBufferPointer
    package let since: UnsafeRawBufferPointer

    package init(
        key: UnsafeRawBufferPointer, owner: OwnerID, objectID: UnsafeRawBufferPointer,
        content: UnsafeRawBufferPointer, grace: UnsafeRawBufferPointer, since: UnsafeRawBufferPointer
    ) {
        self.key = key
        self.owner = owner
        self.objectID = objectID
        self.content = content
        self.grace = grace
        self.since = since
    }

    /// Reads a row from the front of a plan's bytes.
    package init?(_ reader: inout ByteReader) {
        guard let key = reader.counted(), let owner = reader.varint(), let objectID = reader.counted(),
            let content = reader.counted(), let grace = reader.counted(), let since = reader.counted()
        else { return nil }
        self.init(
            key: key, owner: Int64(truncatingIfNeeded: owner), objectID: objectID, content: content, grace: grace,
            since: since)
    }

    package func append(to bytes: inout [UInt8]) {
        bytes.append(counted: key)
        bytes.append(varint: UInt64(bitPattern: owner))
        bytes.append(counted: objectID)
        bytes.append(counted: content)
        bytes.append(counted: grace)
        bytes.append(counted: since)
    }

    package var kind: EntryKind? { content.first.flatMap(EntryKind.init(rawValue:)) }

    /// Whether the entry itself is in grace (its grace addresses aside).
    package var isGrace: Bool { grace.first.map { $0 != 0 } ?? false }

    package var entry: Entry? {
        var content = ByteReader(content)
        guard let kindByte = content.number(UInt8.self), let kind = EntryKind(rawValue: kindByte),
            let primary = content.text(), let name = content.text(), let aliases = Self.texts(&content),
            let members = Self.texts(&content)
        else { return nil }
        var entry = Entry(
            primary: primary, kind: kind, name: name, aliases: aliases, members: members, owner: owner,
            objectID: String(decoding: objectID, as: UTF8.self))
        var grace = ByteReader(grace)
        if !grace.isAtEnd {
            guard let end = grace.varint(), let count = grace.varint() else { return nil }
            entry.until = end == 0 ? nil : Int64(bitPattern: end &- 2)
            for _ in 0..<count {
                guard let address = grace.text(), let end = grace.varint() else { return nil }
                entry.grace.append(.init(address: address, until: Int64(bitPattern: end &- 2)))
            }
        }
        var since = ByteReader(since)
        if !since.isAtEnd {
            guard let count = since.varint() else { return nil }
            for _ in 0..<count {
                guard let run = since.varint() else { return nil }
                entry.since.append(Int64(bitPattern: run))
            }
        }
        return entry
    }

    private static func texts(_ reader: inout ByteReader) -> [String]? {
        guard let count = reader.varint(), count <= UInt64(reader.rest.count) else { return nil }
        var texts: [String] = []
        texts.reserveCapacity(Int(count))
        for _ in 0..<count {
            guard let text = reader.text() else { return nil }
            texts.append(text)
        }
        return texts
    }
}

extension Entry {
    package var contentBytes: [UInt8] {
        var bytes: [UInt8] = [kind.rawValue]
        bytes.append(text: primary)
        bytes.append(text: name)
        for texts in [aliases, members] {
            bytes.append(varint: UInt64(texts.count))
            for text in texts { bytes.append(text: text) }
        }
        return bytes
    }

    /// Empty for an active entry without grace addresses: the common case costs no byte.
    package var graceBytes: [UInt8] {
        guard until != nil || !grace.isEmpty else { return [] }
        var bytes: [UInt8] = []
        bytes.append(varint: until.map { UInt64(bitPattern: $0) &+ 2 } ?? 0)
        bytes.append(varint: UInt64(grace.count))
        for item in grace {
            bytes.append(text: item.address)
            bytes.append(varint: UInt64(bitPattern: item.until) &+ 2)
        }
        return bytes
    }

    package var sinceBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(varint: UInt64(since.count))
        for run in since { bytes.append(varint: UInt64(bitPattern: run)) }
        return bytes
    }

    /// The entry as a row, for a plan or the store.
    package func withRow<T>(key: [UInt8], _ body: (BookRow) throws -> T) rethrows -> T {
        let content = contentBytes
        let grace = graceBytes
        let since = sinceBytes
        var objectID = objectID
        return try key.withUnsafeBytes { key in
            try content.withUnsafeBytes { content in
                try grace.withUnsafeBytes { grace in
                    try since.withUnsafeBytes { since in
                        try objectID.withUTF8 {
                            try body(
                                BookRow(
                                    key: key, owner: owner, objectID: UnsafeRawBufferPointer($0), content: content,
                                    grace: grace, since: since))
                        }
                    }
                }
            }
        }
    }

    /// In a plan: `until` and the runs of new addresses are filled in, now that they are known.
    package func stamped(until end: Int64, run: Int64) -> Entry {
        var entry = self
        if entry.until == Self.untilFromApply { entry.until = end }
        for index in entry.grace.indices where entry.grace[index].until == Self.untilFromApply {
            entry.grace[index].until = end
        }
        entry.since = entry.since.map { $0 == 0 ? run : $0 }
        return entry
    }
}
