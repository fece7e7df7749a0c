/// A text that is looked for in bytes, without regard to the case of ASCII letters: in a book, a mirror or a plan where
/// it lies, so that of a hundred thousand rows only those are taken apart that can be meant. Goes by bytes, never by
/// Characters: an address has no other idea of case.
package struct FoldedText: Sendable {
    private let text: [UInt8]

    package init(_ text: some Sequence<UInt8>) { self.text = text.map(Octet.lowered) }

    package init(_ text: String) { self.init(text.utf8) }

    package var isEmpty: Bool { text.isEmpty }

    /// Whether `all` has it; an empty text is everywhere.
    package func isIn(_ all: UnsafeRawBufferPointer) -> Bool {
        guard let first = text.first, let last = text.last else { return true }
        let starts = all.count - text.count + 1
        guard starts > 0 else { return false }
        // Sixteen starts at a time: where neither end of the text fits, as almost everywhere, there is nothing to
        // compare. Bit 5 is the case of letters; of other octets it makes a few more candidates, which are looked at.
        let (head, tail) = (Block(repeating: first | 0x20), Block(repeating: last | 0x20))
        let letter = Block(repeating: 0x20)
        var start = 0
        while start &+ 16 <= starts {
            let heads = (all.loadUnaligned(fromByteOffset: start, as: Block.self) | letter) .== head
            let ends = all.loadUnaligned(fromByteOffset: start &+ text.count &- 1, as: Block.self) | letter
            let both = unsafeBitCast(heads .& (ends .== tail), to: SIMD2<UInt64>.self)
            if both.x | both.y != 0 {
                for candidate in start..<start &+ 16 where isAt(candidate, all) { return true }
            }
            start &+= 16
        }
        while start < starts {
            if isAt(start, all) { return true }
            start &+= 1
        }
        return false
    }

    package func isIn(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { isIn(UnsafeRawBufferPointer($0)) }
    }

    private typealias Block = SIMD16<UInt8>

    private func isAt(_ start: Int, _ all: UnsafeRawBufferPointer) -> Bool {
        for index in text.indices where Octet.lowered(all[start &+ index]) != text[index] { return false }
        return true
    }
}
