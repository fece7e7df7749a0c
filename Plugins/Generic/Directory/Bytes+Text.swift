/// The little text that is needed, on bytes: blanks, words without case, numbers.

internal import ConnectorKit
internal import Glibc

extension UnsafeRawBufferPointer {
    static var none: Bytes { Bytes(start: nil, count: 0) }

    /// Without blanks and tabs (and line ends) around it.
    var trimmed: Bytes {
        guard let first = baseAddress else { return self }
        var from = 0
        var to = count
        while from < to, Self.isBlank(self[from]) { from += 1 }
        while to > from, Self.isBlank(self[to - 1]) { to -= 1 }
        return Bytes(start: first + from, count: to - from)
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }

    /// Compares with a lower-case ASCII word, without case.
    func isWord(_ word: StaticString) -> Bool {
        guard count == word.utf8CodeUnitCount else { return false }
        let other = word.utf8Start
        for index in 0..<count where Self.lower(self[index]) != other[index] { return false }
        return true
    }

    /// Compares with a text, without case of ASCII letters.
    func isName(_ name: [UInt8]) -> Bool {
        guard count == name.count else { return false }
        for index in 0..<count where Self.lower(self[index]) != Self.lower(name[index]) { return false }
        return true
    }

    static func lower(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }

    func firstIndex(ofByte byte: UInt8, from: Int = 0) -> Int? {
        guard let base = baseAddress, from < count,
            let hit = memchr(base + from, Int32(byte), count - from)
        else { return nil }
        return base.distance(to: UnsafeRawPointer(hit))
    }

    func starts(with text: StaticString) -> Bool {
        guard let base = baseAddress, count >= text.utf8CodeUnitCount else { return false }
        return memcmp(base, text.utf8Start, text.utf8CodeUnitCount) == 0
    }

    /// For messages: at most 60 bytes, bad ones replaced, control characters left out.
    var shown: String {
        let text = String(decoding: Bytes(rebasing: self[0..<Swift.min(count, 60)]), as: UTF8.self)
        let plain = String(
            String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }))
        return count > 60 ? plain + "…" : plain
    }
}

extension UnsafeRawBufferPointer {
    /// Gives the pieces between `separator`s, trimmed, without empty ones.
    func split(by separator: [UInt8], _ body: (Bytes) -> Void) {
        guard count > 0, let first = separator.first else { return }
        var from = 0
        var at = 0
        while let hit = firstIndex(ofByte: first, from: at) {
            if separator.count > 1, !holds(separator, at: hit) {
                at = hit + 1
                continue
            }
            let piece = Bytes(rebasing: self[from..<hit]).trimmed
            if piece.count > 0 { body(piece) }
            from = hit + separator.count
            at = from
        }
        let piece = Bytes(rebasing: self[from..<count]).trimmed
        if piece.count > 0 { body(piece) }
    }

    private func holds(_ text: [UInt8], at index: Int) -> Bool {
        guard index + text.count <= count else { return false }
        for offset in 0..<text.count where self[index + offset] != text[offset] { return false }
        return true
    }
}

extension String {
    func withShownBytes(_ body: (String) -> String) -> String {
        var copy = self
        return body(copy.withUTF8 { Bytes($0).shown })
    }
}
