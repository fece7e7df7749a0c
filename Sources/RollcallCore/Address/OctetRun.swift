/// Eight octets at a time: most of every address and of every domain is letters and digits, about which there is
/// nothing to decide but their case. A run of them is lowered in place and passed over in one step.
enum OctetRun {
    /// Lowers the ASCII letters among the octets of `text` from `index` on, and answers the index of the first octet
    /// that is neither letter nor digit, or of one of the last eight. Octets behind that may be lowered already.
    @inline(__always)
    static func pass(_ text: UnsafeMutablePointer<UInt8>, from start: Int, to end: Int) -> Int {
        var index = start
        while index &+ 8 <= end {
            let place = UnsafeMutableRawPointer(text + index)
            let word = UInt64(littleEndian: place.loadUnaligned(as: UInt64.self))
            let low = word & each(0x7F)
            let lower = low | each(0x20)
            // Bit 7 of an octet: it is at least `a`, and not above `z`; no sum of seven bits runs into its neighbour.
            let letters = (lower &+ each(0x80 - 0x61)) & ~(lower &+ each(0x7F - 0x7A))
            let digits = (low &+ each(0x80 - 0x30)) & ~(low &+ each(0x7F - 0x39))
            let plain = (letters | digits) & ~word & each(0x80)
            let lowered = word | ((letters & ~word & each(0x80)) >> 2)
            place.storeBytes(of: lowered.littleEndian, as: UInt64.self)
            if plain != each(0x80) {
                return index &+ (~plain & each(0x80)).trailingZeroBitCount / 8
            }
            index &+= 8
        }
        return index
    }

    @inline(__always)
    private static func each(_ octet: UInt64) -> UInt64 { octet &* 0x0101_0101_0101_0101 }
}
