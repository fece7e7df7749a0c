extension Address {
    /// The compare key of an address that has been checked before, as bytes. Text that is no address, which a damaged
    /// store could hold, is its own key.
    package static func key(of text: String) -> [UInt8] {
        var text = text
        return text.withUTF8 { bytes in
            var parser = AddressParser()
            return parser.parse(UnsafeRawBufferPointer(bytes)) == nil ? parser.key : Array(bytes)
        }
    }
}

extension Address {
    /// Valid UTF-8 in the composed form that keys are in.
    package static func composed(_ bytes: [UInt8]) -> [UInt8] { ComposedForm.of(bytes) }
}
