/// The thorough way: for addresses with UTF-8 or encoded domains in them, and for all that are none, to say why. Looks
/// at the whole text before its parts, so that a control character is called one wherever it stands.
extension AddressParser {
    /// More bytes than any address can have before its domain is encoded; no work is done on more.
    private static let most = 2048

    /// Appends the key to `key`, which is empty, and answers the length of the local part in it.
    static func readThoroughly(
        _ text: UnsafeBufferPointer<UInt8>, into key: inout [UInt8], names: inout DomainMemory
    ) -> Result<Int, AddressFlaw> {
        if text.isEmpty { return .failure(.empty) }
        if text.count > most { return .failure(.tooLong) }
        let verdict = ScalarRules.verdict(on: text)
        if let flaw = verdict.flaw { return .failure(flaw) }
        if text.contains(0x22) { return .failure(.quoted) }
        if text.contains(0x28) || text.contains(0x29) { return .failure(.comment) }
        guard let at = text.firstIndex(of: Octet.at) else { return .failure(.noAt) }
        if text[(at + 1)...].contains(Octet.at) { return .failure(.severalAt) }
        if verdict.hasBlank { return .failure(.blank) }

        let local = UnsafeBufferPointer(rebasing: text[..<at])
        if let flaw = appendLocalPart(local, to: &key) { return .failure(flaw) }
        let localLength = key.count
        key.append(Octet.at)

        let domain = UnsafeBufferPointer(rebasing: text[(at + 1)...])
        if domain.first == 0x5B { return .failure(.literal) }
        guard let name = names.name(domain) else { return .failure(.domain) }
        key.append(contentsOf: name)
        return key.count > longest ? .failure(.tooLong) : .success(localLength)
    }

    private static func appendLocalPart(
        _ local: UnsafeBufferPointer<UInt8>, to key: inout [UInt8]
    ) -> AddressFlaw? {
        var atDot = true
        var isASCII = true
        for octet in local {
            if octet == Octet.dot {
                if atDot { return .localPart }
                atDot = true
                continue
            }
            atDot = false
            if octet >= 0x80 {
                isASCII = false
            } else if !Octet.isAtomText(octet) {
                return .localPart
            }
        }
        if atDot { return .localPart }
        if local.count > longestLocalPart { return .localTooLong }
        if !isASCII, !ComposedForm.of(local).elementsEqual(local) { return .notNFC }
        key.append(contentsOf: local.lazy.map(Octet.lowered))
        // Lowering can open a composition that has no capital form (H + U+0331, but U+1E96): the key is composed again.
        if !isASCII { key = ComposedForm.of(key) }
        return nil
    }
}

/// The last few domains that went through libidn2: a directory has the same ones thousands of times.
struct DomainMemory: Sendable {
    private static let most = 16
    private var domains: [(written: [UInt8], name: [UInt8]?)] = []
    private var oldest = 0

    mutating func name(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        for domain in domains where bytes.elementsEqual(domain.written) { return domain.name }
        let name = DomainRules.name(bytes)
        if domains.count < DomainMemory.most {
            domains.append((Array(bytes), name))
        } else {
            domains[oldest] = (Array(bytes), name)
            oldest = (oldest + 1) % DomainMemory.most
        }
        return name
    }
}
