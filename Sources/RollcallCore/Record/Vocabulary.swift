/// The attribute names that the host understands (vocabulary.md). All other names are kept and shown, nothing more.
package enum Vocabulary: CaseIterable {
    case mail, proxyAddress, alias, displayName, type, enabled, created, whereAbouts

    package var name: StaticString {
        switch self {
        case .mail: "mail"
        case .proxyAddress: "proxyAddress"
        case .alias: "alias"
        case .displayName: "displayName"
        case .type: "type"
        case .enabled: "enabled"
        case .created: "created"
        case .whereAbouts: "where"
        }
    }

    /// Which known attribute these bytes name. Told by length and first byte: it runs once an attribute of a directory.
    @inline(__always)
    package init?(_ name: UnsafeRawBufferPointer) {
        let candidate: Vocabulary
        switch (name.count, name.first) {
        case (4, UInt8(ascii: "m")): candidate = .mail
        case (12, UInt8(ascii: "p")): candidate = .proxyAddress
        case (5, UInt8(ascii: "a")): candidate = .alias
        case (11, UInt8(ascii: "d")): candidate = .displayName
        case (4, UInt8(ascii: "t")): candidate = .type
        case (7, UInt8(ascii: "e")): candidate = .enabled
        case (7, UInt8(ascii: "c")): candidate = .created
        case (5, UInt8(ascii: "w")): candidate = .whereAbouts
        default: return nil
        }
        let matches = candidate.name.withUTF8Buffer { name.elementsEqual($0) }
        guard matches else { return nil }
        self = candidate
    }
}
