/// A checked mail address, for everything that is not the bulk path: settings, commands, entries made by hand. Equal
/// when the keys are; shows itself as it was written. See `AddressParser` for what is taken.
package struct Address: Hashable, Sendable, CustomStringConvertible {
    /// As written, without blanks around it.
    package let text: String
    /// What is compared: ASCII-lowered local part, `@`, domain in lower-case A-labels.
    package let key: String
    private let localLength: Int

    package init(_ text: some StringProtocol) throws(AddressFlaw) {
        var parser = AddressParser()
        var text = String(text)
        let (flaw, shown) = text.withUTF8 { utf8 in
            (parser.parse(UnsafeRawBufferPointer(utf8)), String(decoding: utf8[parser.shown], as: UTF8.self))
        }
        if let flaw { throw flaw }
        self.text = shown
        key = String(decoding: parser.key, as: UTF8.self)
        localLength = parser.localLength
    }

    /// The local part of the key.
    package var localPart: String { String(decoding: key.utf8.prefix(localLength), as: UTF8.self) }
    /// The domain of the key.
    package var domain: String { String(decoding: key.utf8.dropFirst(localLength + 1), as: UTF8.self) }

    package var description: String { text }

    package static func == (left: Address, right: Address) -> Bool { left.key == right.key }

    package func hash(into hasher: inout Hasher) { hasher.combine(key) }
}
