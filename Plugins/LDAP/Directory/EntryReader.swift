/// An entry as it lies in its message: names and values are pointed at, not copied, and good as long as the message.
///
/// Walked in the order of the wire, since one entry may carry the same attribute twice, and a look-up by name would find
/// the first half only.

internal import CLDAP
internal import ConnectorKit

final class EntryReader {
    struct Attribute {
        /// With its options: `member;range=0-1499`.
        let name: Bytes
        let values: UnsafeMutablePointer<berval>?
        let count: Int

        subscript(_ index: Int) -> Bytes {
            guard let value = values?[index] else { return Bytes(start: nil, count: 0) }
            return Bytes(start: value.bv_val, count: Int(value.bv_len))
        }

        /// The name without its options.
        var base: Bytes {
            guard let end = name.firstIndex(of: UInt8(ascii: ";")) else { return name }
            return Bytes(rebasing: name[..<end])
        }
    }

    private(set) var dn = Bytes(start: nil, count: 0)
    private(set) var attributes: [Attribute] = []

    deinit { clear() }

    /// False: the message is no entry that can be read.
    func load(_ handle: OpaquePointer, _ message: OpaquePointer) -> Bool {
        clear()
        var ber: OpaquePointer?
        var name = berval()
        guard ldap_get_dn_ber(handle, message, &ber, &name) == LDAP_SUCCESS, let ber else { return false }
        defer { ber_free(ber, 0) }
        dn = Bytes(start: name.bv_val, count: Int(name.bv_len))
        while true {
            var attribute = berval()
            var values: UnsafeMutablePointer<berval>?
            guard ldap_get_attribute_ber(handle, message, ber, &attribute, &values) == LDAP_SUCCESS else {
                return false
            }
            guard let start = attribute.bv_val else { return true }
            var count = 0
            if let values { while values[count].bv_val != nil { count += 1 } }
            attributes.append(
                Attribute(name: Bytes(start: start, count: Int(attribute.bv_len)), values: values, count: count))
        }
    }

    private func clear() {
        for attribute in attributes { ber_memfree(attribute.values) }
        attributes.removeAll(keepingCapacity: true)
    }

    /// All values of an attribute, as text. For the few entries that are looked at by name.
    func texts(_ name: String) -> [String] {
        let wanted = Array(name.asciiLowercased.utf8)
        var texts: [String] = []
        for attribute in attributes where attribute.base.isSame(asLowercase: wanted) {
            for index in 0..<attribute.count { texts.append(String(decoding: attribute[index], as: UTF8.self)) }
        }
        return texts
    }

    func bytes(_ name: String) -> [UInt8]? {
        let wanted = Array(name.asciiLowercased.utf8)
        for attribute in attributes where attribute.count > 0 && attribute.base.isSame(asLowercase: wanted) {
            return Array(attribute[0])
        }
        return nil
    }
}

extension UnsafeRawBufferPointer {
    /// Compares without ASCII case; `wanted` is in lower case already.
    func isSame(asLowercase wanted: [UInt8]) -> Bool {
        guard count == wanted.count else { return false }
        for index in 0..<count {
            var byte = self[index]
            if byte &- UInt8(ascii: "A") < 26 { byte |= 0x20 }
            if byte != wanted[index] { return false }
        }
        return true
    }

    func startsWith(_ prefix: StaticString) -> Bool {
        guard count >= prefix.utf8CodeUnitCount else { return false }
        for index in 0..<prefix.utf8CodeUnitCount {
            var byte = self[index]
            if byte &- UInt8(ascii: "A") < 26 { byte |= 0x20 }
            if byte != prefix.utf8Start[index] { return false }
        }
        return true
    }

    func isSame(as text: StaticString) -> Bool { count == text.utf8CodeUnitCount && startsWith(text) }

    var number: Int64? {
        guard count > 0, count < 20 else { return nil }
        var value: Int64 = 0
        let isNegative = self[0] == UInt8(ascii: "-")
        for byte in self[(isNegative ? 1 : 0)...] {
            guard byte &- UInt8(ascii: "0") < 10 else { return nil }
            let (product, isOver) = value.multipliedReportingOverflow(by: 10)
            if isOver { return nil }
            value = product &+ Int64(byte &- UInt8(ascii: "0"))
        }
        return isNegative ? -value : value
    }
}
