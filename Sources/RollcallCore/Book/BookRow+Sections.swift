/// Parts of an entry's content where they lie: enough to tell that two rows have the same aliases or members, with no
/// String made.
extension BookRow {
    /// Each with the count in front: equal bytes mean equal texts.
    package struct Sections {
        package let aliases: UnsafeRawBufferPointer
        package let members: UnsafeRawBufferPointer
    }

    package var sections: Sections? {
        var reader = ByteReader(content)
        guard reader.number(UInt8.self) != nil, reader.counted() != nil, reader.counted() != nil,
            let aliases = Self.section(&reader), let members = Self.section(&reader)
        else { return nil }
        return Sections(aliases: aliases, members: members)
    }

    private static func section(_ reader: inout ByteReader) -> UnsafeRawBufferPointer? {
        let all = reader.rest
        guard let count = reader.varint(), count <= UInt64(reader.rest.count) else { return nil }
        for _ in 0..<count where reader.counted() == nil { return nil }
        return UnsafeRawBufferPointer(rebasing: all[..<(all.count - reader.rest.count)])
    }
}
