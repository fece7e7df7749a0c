/// Unicode's composed form (NFC), which RFC 6532 asks of local parts. The standard library has it for its own string
/// comparison and lends it to Foundation as `_nfc`; all of Foundation is a high price for this one function.
@_spi(_Unicode) import Swift

enum ComposedForm {
    /// `bytes`, which must be valid UTF-8, in NFC.
    static func of(_ bytes: some Collection<UInt8>) -> [UInt8] {
        var composed: [UInt8] = []
        composed.reserveCapacity(bytes.count)
        for scalar in String(decoding: bytes, as: UTF8.self)._nfc {
            composed.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
        return composed
    }
}
