/// A checked domain name in the one form that is compared and stored: lower-case A-labels. See `DomainRules` for what
/// is taken.
package struct DomainName: Hashable, Sendable, CustomStringConvertible {
    package let name: String

    package init(_ text: some StringProtocol) throws(AddressFlaw) {
        var text = String(text)
        let bytes = text.withUTF8 { utf8 in
            Array(utf8[Octet.trimmed(UnsafeRawBufferPointer(utf8))])
        }
        name = String(decoding: try DomainName.read(bytes), as: UTF8.self)
    }

    package var description: String { name }

    private static func read(_ bytes: [UInt8]) throws(AddressFlaw) -> [UInt8] {
        if bytes.isEmpty { throw .empty }
        if bytes.count > 4 * DomainRules.longest { throw .tooLong }
        let verdict = bytes.withUnsafeBufferPointer { ScalarRules.verdict(on: $0) }
        if let flaw = verdict.flaw { throw flaw }
        if verdict.hasBlank { throw .blank }
        if bytes.first == 0x5B { throw .literal }
        if verdict.isASCII, bytes.count > DomainRules.longest { throw .tooLong }
        guard let name = bytes.withUnsafeBufferPointer({ DomainRules.name($0) }) else { throw .domain }
        return name
    }
}
