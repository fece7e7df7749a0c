internal import RollcallCore

/// Attributes as the mirror keeps them: text is valid UTF-8, bad bytes being replaced, so that a directory with one
/// Latin-1 name still syncs; a PATCH is laid over what is there.
enum RecordText {
    /// The attributes with bad UTF-8 replaced, or `nil` where there is none (the common case, told without a copy).
    static func mended(_ attributes: AttributeList) -> [UInt8]? {
        guard attributes.contains(where: { !isBinary($0.name) && !isValid($0.value) }) else { return nil }
        var bytes: [UInt8] = []
        for (name, value) in attributes {
            if isBinary(name) {
                RecordWriter.append(name: name, value: value, to: &bytes)
            } else {
                var text = String(decoding: value, as: UTF8.self)
                text.withUTF8 { RecordWriter.append(name: name, value: UnsafeRawBufferPointer($0), to: &bytes) }
            }
        }
        return bytes
    }

    /// What is there with the patch's attributes in place of its own of the same name; a name whose only value is empty
    /// is taken away.
    static func patched(_ present: AttributeList, with patch: AttributeList) -> [UInt8] {
        var bytes: [UInt8] = []
        for (name, value) in present where !patch.contains(where: { $0.name.isEqual(to: name) }) {
            RecordWriter.append(name: name, value: value, to: &bytes)
        }
        for (name, value) in patch where !value.isEmpty { RecordWriter.append(name: name, value: value, to: &bytes) }
        return bytes
    }

    private static func isBinary(_ name: UnsafeRawBufferPointer) -> Bool {
        name.suffix(7).elementsEqual(";binary".utf8)
    }

    private static func isValid(_ value: UnsafeRawBufferPointer) -> Bool {
        if value.allSatisfy({ $0 < 0x80 }) { return true }
        return String(validating: value, as: UTF8.self) != nil
    }
}
