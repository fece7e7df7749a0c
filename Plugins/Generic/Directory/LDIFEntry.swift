/// An LDIF record as a row: which attribute means what, and whether the entry is any business of an address book.

internal import ConnectorKit

struct LDIFEntry: ~Copyable {
    private struct Names {
        var id: [[UInt8]]
        var mail: [[UInt8]]
        var aliases: [[UInt8]]
        var name: [[UInt8]]
        var type: [[UInt8]]
        var members: [[UInt8]]
    }

    private let names: Names
    private let guidText = UnsafeMutableRawBufferPointer.allocate(byteCount: 36, alignment: 1)

    private(set) var row = Row()
    private(set) var name = Bytes.none
    /// Whether there was any attribute at all: a record may be a comment.
    private(set) var isEmpty = true
    private(set) var flaw: String?
    private(set) var verdict = Verdict.other
    private var isPerson = false
    private var isContact = false
    private var isGroup = false

    enum Verdict {
        /// An account, contact or list.
        case entry
        /// A container, a computer: nothing with an address.
        case other
        /// The end of a search's output, with its result code.
        case result(Int)
        /// A directory's pointer to another server.
        case reference
        /// A change, not an entry.
        case change
    }

    /// Whether the record says something by itself, so that one at the very end is not taken for a rest.
    var isOfInterest: Bool {
        if case .other = verdict { false } else { true }
    }

    init(_ options: Options) {
        let columns = options.columns
        let standard = Options.Columns.standard
        func names(_ set: String, _ standard: String, _ usual: [String]) -> [[UInt8]] {
            (set == standard ? usual : [set]).map { Array($0.utf8) }
        }
        self.names = Names(
            id: names(columns.id, standard.id, ["entryUUID", "objectGUID", "nsUniqueId"]),
            mail: names(columns.email, standard.email, ["mail"]),
            aliases: names(columns.aliases, standard.aliases, ["aliases", "mailAlternateAddress"]),
            name: names(columns.name, standard.name, ["cn"]),
            type: names(columns.type, standard.type, []),
            members: names(
                columns.members, standard.members,
                ["member", "uniqueMember", "rfc822MailMember", "mgrpRFC822MailMember"]))
    }

    deinit { guidText.deallocate() }

    // MARK: Reading

    mutating func read(_ ldif: inout LDIFReader, _ reader: ByteReader) {
        row.clear()
        isEmpty = true
        name = .none
        flaw = nil
        verdict = .other
        isPerson = false
        isContact = false
        isGroup = false
        while let attribute = ldif.attribute(reader) {
            if attribute.name.isWord("version"), name.isEmpty { continue }
            isEmpty = false
            if let problem = attribute.flaw, flaw == nil { flaw = problem }
            take(attribute)
        }
        row.place = .name(name, line: ldif.line)
        finish()
    }

    private mutating func take(_ attribute: LDIFReader.Attribute) {
        let value = attribute.value
        switch attribute.name.count {
        case 2 where attribute.name.isWord("dn"):
            if name.count > 0 { flaw = flaw ?? "has two DNs" }
            name = value
            return
        case 3 where attribute.name.isWord("ref"): if name.isEmpty { verdict = .reference }
        case 6 where attribute.name.isWord("result"):
            if name.isEmpty { verdict = .result(Self.number(value)) }
        case 10 where attribute.name.isWord("changetype"): if !value.isWord("add") { verdict = .change }
        case 11 where attribute.name.isWord("objectclass"): takeClass(value)
        case 14 where attribute.name.isWord("proxyaddresses") && !isOneOf(attribute.name, names.mail):
            if value.count > 0 { row.proxies.append(value) }
            return
        default: break
        }
        guard value.count > 0 else { return }
        if isOneOf(attribute.name, names.mail) {
            if row.mail.isEmpty { row.mail = value.trimmed } else { row.aliases.append(value.trimmed) }
        } else if isOneOf(attribute.name, names.members) {
            takeMember(value)
        } else if isOneOf(attribute.name, names.id) {
            takeID(attribute)
        } else if isOneOf(attribute.name, names.aliases) {
            row.aliases.append(value.trimmed)
        } else if isOneOf(attribute.name, names.name) {
            if row.name.isEmpty { row.name = value }
        } else if isOneOf(attribute.name, names.type) {
            row.type = value.trimmed
        }
    }

    private mutating func takeID(_ attribute: LDIFReader.Attribute) {
        guard row.id.isEmpty else { return }
        if attribute.name.isWord("objectguid"), attribute.value.count == 16 {
            row.id = guid(attribute.value)
            row.isIDLent = false
        } else {
            row.id = attribute.value.trimmed
        }
    }

    private mutating func takeMember(_ value: Bytes) {
        isGroup = true
        let member = value.trimmed
        if member.firstIndex(ofByte: 0x3D) != nil,
            member.firstIndex(ofByte: 0x40) == nil || member.firstIndex(ofByte: 0x2C) != nil
        {
            row.names.append(member)
        } else if member.count > 0 {
            row.members.append(member)
        }
    }

    private mutating func takeClass(_ value: Bytes) {
        let word = value.trimmed
        if word.isWord("group") || word.isWord("groupofnames") || word.isWord("groupofuniquenames")
            || word.isWord("groupofentries") || word.isWord("mailgroup") || word.isWord("nismailalias")
        {
            isGroup = true
        } else if word.isWord("contact") {
            isContact = true
        } else if word.isWord("person") || word.isWord("user") || word.isWord("inetorgperson") {
            isPerson = true
        }
    }

    /// Groups without an address are kept for nesting, people without one so that they are counted.
    private mutating func finish() {
        guard case .other = verdict, name.count > 0 else { return }
        let hasAddress = row.mail.count > 0 || row.proxies.count > 0 || row.aliases.count > 0
        guard hasAddress || isGroup || (isPerson && row.id.count > 0) else { return }
        verdict = .entry
        if row.type.isEmpty { row.kind = isGroup ? .list : isContact ? .contact : .user }
        if row.id.isEmpty, row.mail.isEmpty { row.id = name }
    }

    // MARK: Pieces

    private func isOneOf(_ name: Bytes, _ names: [[UInt8]]) -> Bool {
        for candidate in names where name.isName(candidate) { return true }
        return false
    }

    private static func number(_ value: Bytes) -> Int {
        var result = 0
        for byte in value.trimmed.prefix(9) {
            guard byte >= 0x30, byte <= 0x39 else { break }
            result = result * 10 + Int(byte - 0x30)
        }
        return result
    }

    /// Active Directory's GUID in its usual text: the first three groups are little-endian.
    private func guid(_ bytes: Bytes) -> Bytes {
        let order = [3, 2, 1, 0, -1, 5, 4, -1, 7, 6, -1, 8, 9, -1, 10, 11, 12, 13, 14, 15]
        let digits: StaticString = "0123456789abcdef"
        var to = 0
        for index in order {
            if index < 0 {
                guidText[to] = 0x2D
                to += 1
            } else {
                guidText[to] = digits.utf8Start[Int(bytes[index] >> 4)]
                guidText[to + 1] = digits.utf8Start[Int(bytes[index] & 15)]
                to += 2
            }
        }
        return Bytes(guidText)
    }
}
