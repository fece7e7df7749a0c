/// From an object's attributes to the addresses it would like to have: prefixes, the choice of the primary, and the
/// verdict on each. Used by the plan for every object and by explain for one, so that both say the same.

/// An address that an object names, before it is judged.
package struct Candidate {
    /// Where it stands: the attribute, and the value with its prefix.
    package let attribute: Vocabulary
    package let value: UnsafeRawBufferPointer
    /// The address within `value`.
    package let address: UnsafeRawBufferPointer
    package var isPrimary: Bool
}

/// An object's attributes as the host understands them. Reused for every object; the views are good as long as the
/// attributes that they were read from.
package struct Candidates {
    package private(set) var all: [Candidate] = []
    package private(set) var name = UnsafeRawBufferPointer(start: nil, count: 0)
    package private(set) var type = UnsafeRawBufferPointer(start: nil, count: 0)
    package private(set) var whereAbouts = UnsafeRawBufferPointer(start: nil, count: 0)
    package private(set) var isDisabled = false
    /// Seconds; an object without a date counts as the youngest.
    package private(set) var created = Int64.max

    package init() {}

    package mutating func read(_ attributes: AttributeList) {
        all.removeAll(keepingCapacity: true)
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        (name, type, whereAbouts, isDisabled, created) = (nothing, nothing, nothing, false, .max)
        var proxyPrimary: Int?
        var mail: Int?
        for (attributeName, value) in attributes {
            guard let attribute = Vocabulary(attributeName) else { continue }
            switch attribute {
            case .mail:
                guard !value.isEmpty else { continue }
                if mail == nil { mail = all.count }
                add(attribute, value, value)
            case .alias:
                guard !value.isEmpty else { continue }
                add(attribute, value, value)
            case .proxyAddress:
                guard let (address, isPrimary) = Self.withoutPrefix(value), !address.isEmpty else { continue }
                if isPrimary, proxyPrimary == nil { proxyPrimary = all.count }
                add(attribute, value, address)
            case .displayName: name = value
            case .type: type = value
            case .whereAbouts: whereAbouts = value
            case .enabled: isDisabled = value.elementsEqual("false".utf8)
            case .created: created = Timestamp.parse(value) ?? .max
            }
        }
        if let primary = proxyPrimary ?? mail { all[primary].isPrimary = true }
    }

    package var hasType: Bool { !type.isEmpty }

    package func isType(_ word: StaticString) -> Bool { word.withUTF8Buffer { type.elementsEqual($0) } }

    private mutating func add(
        _ attribute: Vocabulary, _ value: UnsafeRawBufferPointer, _ address: UnsafeRawBufferPointer
    ) {
        all.append(Candidate(attribute: attribute, value: value, address: address, isPrimary: false))
    }

    /// `SMTP:` in capitals marks the primary, in any other spelling an alias; other prefixes are no mail addresses.
    private static func withoutPrefix(
        _ value: UnsafeRawBufferPointer
    ) -> (address: UnsafeRawBufferPointer, isPrimary: Bool)? {
        guard let colon = value.firstIndex(of: UInt8(ascii: ":")) else { return (value, false) }
        guard colon == 4 else { return nil }
        let prefix = value[..<4]
        let address = UnsafeRawBufferPointer(rebasing: value[5...])
        if prefix.elementsEqual("SMTP".utf8) { return (address, true) }
        return prefix.elementsEqual("smtp".utf8) || prefix.map({ $0 | 0x20 }).elementsEqual("smtp".utf8)
            ? (address, false) : nil
    }
}

/// Judges addresses by the rules; the key of the last one is left in `key`.
package struct Judge {
    package enum Verdict: Equatable {
        case usable
        case foreign
        case excluded(pattern: Int)
        case invalid(AddressFlaw)
    }

    private var parser = AddressParser()
    private let domain: [UInt8]
    private let aliases: [[UInt8]]
    private let exclude: ExcludePatterns
    /// The compare key, in the book's own domain where the address was in an alias of it.
    package private(set) var key: [UInt8] = []
    /// What to show: a part of the raw bytes, or (`nil`) of `mapped`, where the domain had to be changed.
    package private(set) var shown: Range<Int>?
    package private(set) var mapped: [UInt8] = []

    package init(_ rules: Rules) {
        domain = Array(rules.domain.name.utf8)
        aliases = rules.domainAliases.map { Array($0.name.utf8) }
        exclude = rules.exclude
    }

    package mutating func judge(_ raw: UnsafeRawBufferPointer) -> Verdict {
        if let flaw = parser.parse(raw) { return .invalid(flaw) }
        shown = parser.shown
        let local = parser.localLength
        let isOwn = parser.key.withUnsafeBytes { Self.domain(of: $0, local).elementsEqual(domain) }
        key.removeAll(keepingCapacity: true)
        if isOwn {
            key.append(contentsOf: parser.key)
        } else {
            let isAlias = parser.key.withUnsafeBytes { key in
                aliases.contains { Self.domain(of: key, local).elementsEqual($0) }
            }
            guard isAlias else {
                key.append(contentsOf: parser.key)
                return .foreign
            }
            key.append(contentsOf: parser.key[...local])
            key.append(contentsOf: domain)
            mapped.removeAll(keepingCapacity: true)
            if let at = raw[parser.shown].lastIndex(of: UInt8(ascii: "@")) {
                mapped.append(contentsOf: raw[parser.shown.lowerBound...at])
            }
            mapped.append(contentsOf: domain)
            shown = nil
            if let pattern = parser.key.withUnsafeBytes({ exclude.match(key: $0) }) {
                return .excluded(pattern: pattern)
            }
        }
        if let pattern = key.withUnsafeBytes({ exclude.match(key: $0) }) { return .excluded(pattern: pattern) }
        return .usable
    }

    /// The text to show of the last address judged.
    @inline(__always)
    package func withShown<T>(of raw: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> T) rethrows
        -> T
    {
        if let shown { return try body(UnsafeRawBufferPointer(rebasing: raw[shown])) }
        return try mapped.withUnsafeBytes(body)
    }

    private static func domain(of key: UnsafeRawBufferPointer, _ localLength: Int) -> Slice<UnsafeRawBufferPointer> {
        key[min(localLength + 1, key.count)...]
    }
}
