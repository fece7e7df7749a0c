/// Which attribute plays which part, by the settings and by what the server is; and what to ask for.

internal import ConnectorKit

struct Part: OptionSet, Sendable {
    let rawValue: UInt32
    init(rawValue: UInt32) { self.rawValue = rawValue }

    static let id = Part(rawValue: 1 << 0)
    static let mail = Part(rawValue: 1 << 1)
    static let alias = Part(rawValue: 1 << 2)
    static let proxies = Part(rawValue: 1 << 3)
    static let displayName = Part(rawValue: 1 << 4)
    static let commonName = Part(rawValue: 1 << 5)
    static let objectClass = Part(rawValue: 1 << 6)
    static let listMark = Part(rawValue: 1 << 7)
    static let member = Part(rawValue: 1 << 8)
    static let outsideMember = Part(rawValue: 1 << 9)
    static let accountControl = Part(rawValue: 1 << 10)
    static let recipientType = Part(rawValue: 1 << 11)
    static let groupType = Part(rawValue: 1 << 12)
    static let created = Part(rawValue: 1 << 13)
    static let hidden = Part(rawValue: 1 << 14)
    static let sid = Part(rawValue: 1 << 15)
    static let primaryGroup = Part(rawValue: 1 << 16)
    static let accountLock = Part(rawValue: 1 << 17)
    static let homeStore = Part(rawValue: 1 << 18)
}

struct Schema: Sendable {
    private var parts: [(name: [UInt8], part: Part)] = []
    /// What to ask for, in the spelling of the settings.
    private(set) var attributes: [String] = []
    let listMarks: [Wildcard]
    /// Adds to the administrator's filter the groups without an address, and keeps the mark of a list.
    let filter: String

    init(_ options: Options, _ vendor: Vendor, idAttribute: String) {
        listMarks = options.listValues.map { Wildcard($0) }
        filter = Self.filter(options, vendor)
        add(idAttribute, .id)
        add(options.emailAttribute, .mail)
        for name in options.aliasAttributes {
            add(name, name.asciiLowercased == "proxyaddresses" ? .proxies : .alias)
        }
        add("displayName", .displayName)
        add("cn", .commonName)
        add("objectClass", .objectClass)
        add(options.listAttribute, .listMark)
        add("member", .member)
        switch vendor {
        case .activeDirectory:
            add("userAccountControl", .accountControl)
            add("msExchRecipientTypeDetails", .recipientType)
            add("msExchHideFromAddressLists", .hidden)
            add("homeMDB", .homeStore)
            add("groupType", .groupType)
            add("whenCreated", .created)
            add("objectSid", .sid)
            add("primaryGroupID", .primaryGroup)
        case .openLDAP:
            addClassic()
            add("pwdAccountLockedTime", .accountLock)
        case .netscape:
            addClassic()
            add("nsAccountLock", .accountLock)
        case .domino, .other:
            addClassic()
        }
    }

    private mutating func addClassic() {
        add("uniqueMember", .member)
        add("rfc822MailMember", .outsideMember)
        add("mgrpRFC822MailMember", .outsideMember)
        add("createTimestamp", .created)
    }

    private mutating func add(_ name: String, _ part: Part) {
        let lower = Array(name.asciiLowercased.utf8)
        if let index = parts.firstIndex(where: { $0.name == lower }) {
            parts[index].part.insert(part)
        } else {
            parts.append((lower, part))
            attributes.append(name)
        }
    }

    func part(of name: Bytes) -> Part {
        for each in parts where name.isSame(asLowercase: each.name) { return each.part }
        return []
    }

    private static func filter(_ options: Options, _ vendor: Vendor) -> String {
        guard options.isOwnFilter else { return options.filter }
        let marks = options.listValues.map { "(\(options.listAttribute)=\(Filter.escapePattern($0)))" }
            .filter { !$0.hasSuffix("*)") || options.listAttribute.asciiLowercased != "objectclass" }
        // objectClass knows no substrings: its usual values are named instead.
        let classes = ["groupOfNames", "groupOfUniqueNames"].map { "(objectClass=\($0))" }
        let groups = vendor == .activeDirectory ? ["(objectCategory=group)"] : marks + classes
        var without = "(!(\(options.emailAttribute)=*))"
        // Elsewhere an attribute that the schema lacks would make the negation match nothing.
        if vendor == .activeDirectory { without += "(!(proxyAddresses=*))" }
        return "(|\(options.filter)(&(|\(groups.joined()))\(without)))"
    }
}
