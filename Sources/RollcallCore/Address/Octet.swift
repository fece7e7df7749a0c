/// What an octet may be in an address, asked on plain numbers: no table to load, nothing to initialise, and the
/// compiler makes a shift and a mask of it.
enum Octet {
    static let at: UInt8 = 0x40
    static let dot: UInt8 = 0x2E
    static let hyphen: UInt8 = 0x2D

    /// Letters, digits and ``!#$%&'*+-/=?^_`{|}~`` (RFC 5322 atext, without what RFC 6531 adds).
    @inline(__always)
    static func isAtomText(_ octet: UInt8) -> Bool {
        isIn(octet, low: 0xA3FF_ACFA_0000_0000, high: 0x7FFF_FFFF_C7FF_FFFE)
    }

    /// Letters, digits and hyphen.
    @inline(__always)
    static func isHostText(_ octet: UInt8) -> Bool {
        isIn(octet, low: 0x03FF_2000_0000_0000, high: 0x07FF_FFFE_07FF_FFFE)
    }

    @inline(__always)
    static func isDigit(_ octet: UInt8) -> Bool { octet &- 0x30 < 10 }

    @inline(__always)
    static func isBlank(_ octet: UInt8) -> Bool { octet == 0x20 || octet == 0x09 }

    /// ASCII only, for good: other letters are compared as they are.
    @inline(__always)
    static func lowered(_ octet: UInt8) -> UInt8 {
        octet &- 0x41 < 26 ? octet | 0x20 : octet
    }

    /// The part of `raw` between the blanks around it.
    @inline(__always)
    static func trimmed(_ raw: UnsafeRawBufferPointer) -> Range<Int> {
        var start = 0
        var end = raw.count
        while start < end, isBlank(raw[start]) { start += 1 }
        while end > start, isBlank(raw[end - 1]) { end -= 1 }
        return start..<end
    }

    @inline(__always)
    private static func isIn(_ octet: UInt8, low: UInt64, high: UInt64) -> Bool {
        let word = octet < 64 ? low : high
        return octet < 128 && (word &>> UInt64(octet)) & 1 != 0
    }
}
