/// The edge to libidn2: IDNA 2008 with UTS 46 mapping, non-transitional, so that `ß` stays itself. The library's rules
/// for ASCII are left off: it would drop what they forbid instead of refusing it (`a_b` becomes `ab`).
internal import CIDN2

enum InternationalName {
    /// The name in A-labels; `nil` where IDNA does not allow it. `name` holds no NUL.
    static func encode(_ name: [UInt8]) -> [UInt8]? {
        var terminated = name
        terminated.append(0)
        var answer: UnsafeMutablePointer<UInt8>?
        let flags = CInt(IDN2_NFC_INPUT.rawValue | IDN2_NONTRANSITIONAL.rawValue)
        let status = idn2_lookup_u8(terminated, &answer, flags)
        guard let answer else { return nil }
        defer { idn2_free(answer) }
        guard status == CInt(IDN2_OK.rawValue) else { return nil }
        var encoded: [UInt8] = []
        encoded.reserveCapacity(name.count + 16)
        var next = answer
        while next.pointee != 0 {
            encoded.append(next.pointee)
            next += 1
        }
        return encoded
    }
}
