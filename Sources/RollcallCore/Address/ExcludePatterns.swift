/// The addresses that a source leaves out, by patterns one a line (`forgetme[0-9]@domain.com`, `baduser@*`); blank
/// lines and blanks around a pattern are ignored. See `ExcludePattern` for what a pattern means.
///
/// `match` is asked for every address of a directory, so it allocates nothing; patterns without wildcards, of which
/// people paste thousands, are looked up in one table instead of one by one.
internal import CHash

package struct ExcludePatterns: Sendable {
    /// As written, in the order of the lines, without blanks around them.
    package let patterns: [String]
    /// Those with wildcards, with their index.
    private let wild: [(index: Int, pattern: ExcludePattern)]
    private let plain: [(index: Int, key: [UInt8])]
    /// Open addressing into `plain`, -1 for a free place; a power of two, at most half full.
    private let table: [Int32]

    package init(_ lines: String) throws {
        var patterns: [String] = []
        var wild: [(index: Int, pattern: ExcludePattern)] = []
        var plain: [(index: Int, key: [UInt8])] = []
        for (number, line) in ExcludePatterns.lines(lines) {
            let pattern: ExcludePattern
            do {
                pattern = try ExcludePattern(reading: line)
            } catch {
                throw ExcludeError(line: number, pattern: line, reason: error.reason)
            }
            if let key = pattern.plain {
                plain.append((patterns.count, key))
            } else {
                wild.append((patterns.count, pattern))
            }
            patterns.append(line)
        }
        self.patterns = patterns
        self.wild = wild
        self.plain = plain
        table = ExcludePatterns.table(of: plain)
    }

    package var isEmpty: Bool { patterns.isEmpty }

    /// The index of the first pattern that fits the compare key of an address; `nil` where none does.
    package func match(key: UnsafeRawBufferPointer) -> Int? {
        let found = plain.isEmpty ? nil : matchPlain(key)
        for (index, pattern) in wild {
            if let found, found < index { break }
            if pattern.matches(key) { return index }
        }
        return found
    }

    private func matchPlain(_ key: UnsafeRawBufferPointer) -> Int? {
        let mask = table.count - 1
        var place = ExcludePatterns.hash(key) & mask
        while table[place] >= 0 {
            let candidate = plain[Int(table[place])]
            if candidate.key.elementsEqual(key) { return candidate.index }
            place = (place + 1) & mask
        }
        return nil
    }

    private static func table(of plain: [(index: Int, key: [UInt8])]) -> [Int32] {
        if plain.isEmpty { return [] }
        var size = 4
        while size < plain.count * 2 { size *= 2 }
        var table = [Int32](repeating: -1, count: size)
        for (position, entry) in plain.enumerated() {
            var place = entry.key.withUnsafeBytes { hash($0) } & (size - 1)
            // Of two equal patterns the earlier stands before the later in its chain, and is the one found.
            while table[place] >= 0 { place = (place + 1) & (size - 1) }
            table[place] = Int32(position)
        }
        return table
    }

    private static func hash(_ key: UnsafeRawBufferPointer) -> Int {
        Int(truncatingIfNeeded: rollcall_hash64(key.baseAddress, key.count, 0))
    }

    /// Lines end with LF, CR+LF or CR, told on bytes: CR+LF is one Character to Swift, and neither of the two.
    private static func lines(_ text: String) -> [(number: Int, line: String)] {
        var lines: [(number: Int, line: String)] = []
        var number = 0
        var current: [UInt8] = []
        var afterReturn = false
        func end() {
            number += 1
            let trimmed = current.withUnsafeBytes { Octet.trimmed($0) }
            if !trimmed.isEmpty { lines.append((number, String(decoding: current[trimmed], as: UTF8.self))) }
            current.removeAll(keepingCapacity: true)
        }
        for byte in text.utf8 {
            if byte == 0x0A, afterReturn {
                afterReturn = false
                continue
            }
            afterReturn = byte == 0x0D
            if byte == 0x0A || byte == 0x0D { end() } else { current.append(byte) }
        }
        end()
        return lines
    }
}

/// A line of the exclude setting that cannot be used.
package struct ExcludeError: Error, Equatable, Sendable, CustomStringConvertible {
    package let line: Int
    package let pattern: String
    package let reason: String

    package var description: String { "exclude, line \(line): the pattern \"\(pattern)\" \(reason)" }
}
