internal import RollcallCore
internal import RollcallStore

/// Every address by which the recipients of one domain are known, each once, in the order of the keys. Kept as bytes in
/// one piece with a mark for each address, about 40 bytes an address: a million of them is what a mail host has to spare.
struct Recipients {
    enum Kind: UInt8 {
        case user, list, alias, role

        var name: String {
            switch self {
            case .user: "user"
            case .list: "list"
            case .alias: "alias"
            case .role: "role"
            }
        }
    }

    private struct Mark {
        let start: Int
        let count: Int32
        let kind: Kind
    }

    private var keys: [UInt8] = []
    private var marks: [Mark] = []
    private var parser = AddressParser()
    private let domain: Domain

    init(_ db: any Database, _ domain: Domain, withGrace: Bool, withRoles: Bool) throws {
        self.domain = domain
        try Book.eachEntry(db, domain: domain.id) { view in
            guard withGrace || view.state == 0 else { return }
            guard add(view, withGrace: withGrace) else { throw BookEntries.damage(domain) }
        }
        if withRoles {
            for name in ["abuse", "postmaster"] { add(Array("\(name)@\(domain.name)".utf8), .role) }
        }
        sort()
    }

    /// Reads the addresses where they lie (the entry coding of the core): no String is made of them.
    private mutating func add(_ view: Book.View, withGrace: Bool) -> Bool {
        var content = ByteReader(view.content)
        guard let kind = content.number(UInt8.self), let primary = content.counted(), content.counted() != nil,
            let aliases = content.varint(), aliases <= UInt64(content.rest.count)
        else { return false }
        add(primary, kind == EntryKind.list.rawValue ? .list : .user)
        for _ in 0..<aliases {
            guard let alias = content.counted() else { return false }
            add(alias, .alias)
        }
        guard withGrace, !view.grace.isEmpty else { return true }
        var grace = ByteReader(view.grace)
        guard grace.varint() != nil, let count = grace.varint() else { return false }
        for _ in 0..<count {
            guard let address = grace.counted(), grace.varint() != nil else { return false }
            add(address, .alias)
        }
        return true
    }

    private mutating func add(_ address: UnsafeRawBufferPointer, _ kind: Kind) {
        // Keys, not spellings: gateways look up in lower case and A-labels. What a damaged store could hold that is no
        // address is left out: a line break in it would be a line of the table.
        if parser.parse(address) == nil { add(parser.key, kind) }
    }

    private mutating func add(_ key: [UInt8], _ kind: Kind) {
        append(key, kind)
        guard !domain.aliases.isEmpty, let at = key.lastIndex(of: UInt8(ascii: "@")),
            key[(at + 1)...].elementsEqual(domain.name.utf8)
        else { return }
        for alias in domain.aliases { append(key[...at] + Array(alias.utf8), kind) }
    }

    private mutating func append(_ key: some Collection<UInt8>, _ kind: Kind) {
        marks.append(Mark(start: keys.count, count: Int32(truncatingIfNeeded: key.count), kind: kind))
        keys.append(contentsOf: key)
    }

    private mutating func sort() {
        let keys = keys
        keys.withUnsafeBytes { raw in
            func key(_ mark: Mark) -> UnsafeRawBufferPointer {
                UnsafeRawBufferPointer(rebasing: raw[mark.start..<mark.start + Int(mark.count)])
            }
            // Of one that is there twice the weightier kind comes first, and stays.
            marks.sort { a, b in
                let (first, second) = (key(a), key(b))
                if first.isEqual(to: second) { return a.kind.rawValue < b.kind.rawValue }
                return first.precedes(second)
            }
        }
    }

    func each(_ body: (UnsafeRawBufferPointer, Kind) throws -> Void) rethrows {
        try keys.withUnsafeBytes { raw in
            var last = UnsafeRawBufferPointer(start: nil, count: 0)
            for mark in marks {
                let key = UnsafeRawBufferPointer(rebasing: raw[mark.start..<mark.start + Int(mark.count)])
                guard !key.isEqual(to: last) else { continue }
                last = key
                try body(key, mark.kind)
            }
        }
    }
}
