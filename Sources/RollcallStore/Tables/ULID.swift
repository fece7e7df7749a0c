package import RollcallCore

/// Ids of runs: 26 letters that sort by time, in Crockford's alphabet.
package enum ULID {
    /// An id of that moment; with `after` one that is greater than it, also when the clock has been set back.
    package static func next(_ now: Timestamp, after last: String? = nil) -> String {
        var number = UInt128(UInt64(max(0, now.seconds)) &* 1000 & 0xFFFF_FFFF_FFFF) << 80
        number |= UInt128.random(in: 0..<(1 << 80))
        if let last, let lowest = parse(last), number <= lowest, lowest < .max { number = lowest + 1 }
        return text(number)
    }

    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    private static func text(_ number: UInt128) -> String {
        var rest = number
        var letters = [UInt8](repeating: 0, count: 26)
        for index in letters.indices.reversed() {
            letters[index] = alphabet[Int(truncatingIfNeeded: rest & 31)]
            rest >>= 5
        }
        return String(decoding: letters, as: UTF8.self)
    }

    private static func parse(_ text: String) -> UInt128? {
        guard text.utf8.count == 26 else { return nil }
        var number: UInt128 = 0
        for letter in text.utf8 {
            guard let digit = alphabet.firstIndex(of: letter) else { return nil }
            number = number << 5 | UInt128(digit)
        }
        return number
    }
}
