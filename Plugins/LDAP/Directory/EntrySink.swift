/// Where entries become records: what an object is, which of its values are addresses, and who is in it.
///
/// Nothing is judged that the host judges. Values are lent from the message; whoever reads must flush the emitter before
/// a message goes.

internal import ConnectorKit

final class EntrySink {
    /// A group of more members than an answer holds: the rest is asked for by `RangeReader`.
    struct OpenRange {
        var dn: [UInt8]
        var attribute: String
        var next: Int
        var group: [UInt8]
    }

    let emitter: Emitter
    let schema: Schema
    let isActiveDirectory: Bool
    let ids: IDWriter
    /// Told of each object and each member that is known by its name only.
    let members: any MemberSink
    /// A changed group is told anew: what it had is dropped first.
    var replacesGroups = false

    private(set) var objects = 0
    private(set) var withoutID = 0
    private(set) var openRanges: [OpenRange] = []

    private var found = Found()
    private let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 1)

    init(_ emitter: Emitter, _ session: Session, _ schema: Schema, _ members: any MemberSink) {
        self.emitter = emitter
        self.schema = schema
        self.members = members
        isActiveDirectory = session.isActiveDirectory
        ids = IDWriter(session.idForm)
    }

    deinit { room.deallocate() }

    /// What stands in an entry, by its part. Only pointers; used again for the next entry.
    private struct Found {
        var id: Bytes?
        var mails: [Bytes] = []
        var aliases: [Bytes] = []
        var proxies: [Bytes] = []
        var displayName: Bytes?
        var commonName: Bytes?
        var created: Bytes?
        var sid: Bytes?
        var isList = false
        var isContact = false
        var isPublicFolder = false
        var isDynamic = false
        var isHidden: Bytes?
        var isLocked = false
        var hasStore = false
        var accountControl: Int64?
        var recipientType: Int64?
        var groupType: Int64?
        var primaryGroup: Int64?

        mutating func clear() {
            let (mails, aliases, proxies) = (self.mails, self.aliases, self.proxies)
            self = Found()
            self.mails = mails
            self.aliases = aliases
            self.proxies = proxies
            self.mails.removeAll(keepingCapacity: true)
            self.aliases.removeAll(keepingCapacity: true)
            self.proxies.removeAll(keepingCapacity: true)
        }
    }

    /// Takes one entry. `uuid`: its id as RFC 4533 tells it, where the entry does not carry one itself.
    func add(_ entry: EntryReader, uuid: [UInt8]? = nil) throws(Stop) {
        collect(entry)
        guard let id = found.id.flatMap({ ids.text(value: $0) }) ?? uuid.flatMap({ ids.text(uuid: $0) }) else {
            withoutID += 1
            return
        }
        objects += 1
        let dn = Self.plainName(entry.dn)
        let object = members.object(id, dn)
        let kind = kind
        if kind == .group, replacesGroups { try emitter.begin(.delete, .group, copying: id) }
        try emitter.begin(.put, kind, copying: id)
        emitAttributes(kind, dn)
        if isActiveDirectory {
            members.primaryGroup(object, sid: found.sid, rid: found.primaryGroup, isGroup: kind == .group)
        }
        if kind == .group { try emitMembers(entry, object, id, dn) }
    }

    // MARK: Collecting

    private func collect(_ entry: EntryReader) {
        found.clear()
        for attribute in entry.attributes where attribute.count > 0 {
            let part = schema.part(of: attribute.base)
            if part.isEmpty { continue }
            if part.contains(.id) { found.id = attribute[0] }
            if part.contains(.mail) { append(attribute, to: &found.mails) }
            if part.contains(.alias) { append(attribute, to: &found.aliases) }
            if part.contains(.proxies) { append(attribute, to: &found.proxies) }
            if part.contains(.displayName) { found.displayName = attribute[0] }
            if part.contains(.commonName) { found.commonName = attribute[0] }
            if part.contains(.objectClass) { classes(attribute) }
            if part.contains(.listMark) { marks(attribute) }
            if part.contains(.created) { found.created = attribute[0] }
            if part.contains(.accountLock) { lock(attribute[0]) }
            if part.rawValue >= Part.accountControl.rawValue { collectMicrosoft(attribute[0], part) }
        }
    }

    private func collectMicrosoft(_ value: Bytes, _ part: Part) {
        if part.contains(.accountControl) { found.accountControl = value.number }
        if part.contains(.recipientType) { found.recipientType = value.number }
        if part.contains(.groupType) { found.groupType = value.number }
        if part.contains(.primaryGroup) { found.primaryGroup = value.number }
        if part.contains(.hidden) { found.isHidden = value }
        if part.contains(.sid) { found.sid = value }
        if part.contains(.homeStore) { found.hasStore = true }
    }

    /// Longer than any address: left to nobody.
    private static let longestValue = 4096
    private static let mostValues = 10_000

    private func append(_ attribute: EntryReader.Attribute, to values: inout [Bytes]) {
        for index in 0..<attribute.count where values.count < Self.mostValues {
            let value = attribute[index]
            if value.count > 0, value.count <= Self.longestValue { values.append(value) }
        }
    }

    private func classes(_ attribute: EntryReader.Attribute) {
        for index in 0..<attribute.count {
            let value = attribute[index]
            switch value.count {
            case 7: if value.isSame(as: "contact") { found.isContact = true }
            case 12: if value.isSame(as: "publicfolder") { found.isPublicFolder = true }
            case 29: if value.isSame(as: "msexchdynamicdistributionlist") { found.isDynamic = true }
            case 11: if value.isSame(as: "groupofurls") { found.isDynamic = true }
            default: break
            }
        }
    }

    private func marks(_ attribute: EntryReader.Attribute) {
        for index in 0..<attribute.count where !found.isList {
            let value = attribute[index]
            found.isList = schema.listMarks.contains { $0.matches(value) }
        }
    }

    /// 389-ds says `true`; OpenLDAP's policy overlay writes the time, `000001010000Z` for locked by a person.
    private func lock(_ value: Bytes) {
        found.isLocked = value.isSame(as: "true") || value.startsWith("000001010000z")
    }

    // MARK: What it is

    private var kind: RecordKind {
        if found.isList || found.isPublicFolder || found.isDynamic { return .group }
        if found.isContact { return .contact }
        switch found.recipientType {
        case 16, 8_589_934_592, 32, 17_179_869_184: return .resource
        default: return .user
        }
    }

    /// By msExchRecipientTypeDetails, a 64-bit number.
    private var type: StaticString? {
        switch found.recipientType {
        case 4, 34_359_738_368: "shared"
        case 16, 8_589_934_592: "room"
        case 32, 17_179_869_184: "equipment"
        case 8192, 16384, 8_388_608, 536_870_912: "system"
        case nil: nil
        default: "user"
        }
    }

    private var listType: StaticString? {
        if found.isPublicFolder { return "publicFolder" }
        if found.isDynamic { return "dynamic" }
        guard let groupType = found.groupType else { return nil }
        return groupType & 0x8000_0000 != 0 ? "security" : "distribution"
    }

    // MARK: Attributes

    private func emitAttributes(_ kind: RecordKind, _ dn: Bytes) {
        if let mail = found.mails.first { emitter.add(.mail, mail) }
        for mail in found.mails.dropFirst() { emitter.add(.alias, mail) }
        for proxy in found.proxies { emitter.add(.proxyAddress, proxy) }
        for alias in found.aliases {
            // Some directories keep prefixed values elsewhere, too.
            emitter.add(alias.startsWith("smtp:") ? .proxyAddress : .alias, alias)
        }
        if let name = found.displayName ?? found.commonName, name.count <= Self.longestValue {
            emitter.add(.displayName, name)
        }
        if kind == .group {
            if let listType { add(.listType, listType) }
        } else {
            if let type { add(.type, type) }
            if let control = found.accountControl {
                add(.enabled, control & 2 == 0 ? "true" : "false")
            } else if found.isLocked {
                add(.enabled, "false")
            }
            if found.hasStore { add(.mailbox, "true") }
        }
        if let hidden = found.isHidden { add(.hidden, hidden.isSame(as: "true") ? "true" : "false") }
        if let created = found.created, let time = rfc3339(created) { emitter.add(.created, time) }
        if dn.count <= Self.longestValue { emitter.add(.where, dn) }
    }

    private func add(_ name: AttributeName, _ word: StaticString) {
        emitter.add(name, Bytes(start: word.utf8Start, count: word.utf8CodeUnitCount))
    }

    /// `20260504123456.0Z` as `2026-05-04T12:34:56Z`.
    private func rfc3339(_ value: Bytes) -> Bytes? {
        guard value.count >= 15, value[value.count - 1] == UInt8(ascii: "Z") else { return nil }
        for index in 0..<14 where value[index] &- UInt8(ascii: "0") >= 10 { return nil }
        var at = 0
        for index in 0..<14 {
            switch index {
            case 4, 6: room[at] = UInt8(ascii: "-")
            case 8: room[at] = UInt8(ascii: "T")
            case 10, 12: room[at] = UInt8(ascii: ":")
            default: at -= 1
            }
            at += 1
            room[at] = value[index]
            at += 1
        }
        room[at] = UInt8(ascii: "Z")
        return emitter.copying(Bytes(rebasing: room[0...at]))
    }

    /// With the control for GUIDs a DN comes as `<GUID=…>;<SID=…>;CN=…`.
    static func plainName(_ dn: Bytes) -> Bytes {
        var rest = dn
        while rest.first == UInt8(ascii: "<"), let end = rest.firstIndex(of: UInt8(ascii: ";")) {
            rest = Bytes(rebasing: rest[(end + 1)...])
        }
        return rest
    }

    // MARK: Members

    private func emitMembers(_ entry: EntryReader, _ object: UInt32, _ id: Bytes, _ dn: Bytes) throws(Stop) {
        for attribute in entry.attributes {
            let part = schema.part(of: attribute.base)
            if part.contains(.outsideMember) {
                for index in 0..<attribute.count where attribute[index].count <= 1024 {
                    try emitter.begin(.put, .membership, copying: id, peer: attribute[index])
                    emitter.add(.mail, attribute[index])
                }
            }
            guard part.contains(.member) else { continue }
            if let next = RangeReader.next(after: attribute.name) {
                openRanges.append(
                    OpenRange(
                        dn: Array(dn), attribute: String(decoding: attribute.base, as: UTF8.self), next: next,
                        group: Array(id)))
            }
            try emitMembers(attribute, object, id)
        }
    }

    func emitMembers(_ attribute: EntryReader.Attribute, _ object: UInt32, _ id: Bytes) throws(Stop) {
        for index in 0..<attribute.count {
            let value = attribute[index]
            if let member = Self.guid(in: value) ?? members.member(of: object, value) {
                try emitter.begin(.put, .membership, copying: id, peer: member)
            }
        }
    }

    func takeOpenRanges() -> [OpenRange] {
        defer { openRanges = [] }
        return openRanges
    }

    /// The GUID at the start of an extended name, as text.
    static func guid(in value: Bytes) -> Bytes? {
        guard value.count > 43, value.startsWith("<guid="), value[42] == UInt8(ascii: ">") else { return nil }
        return Bytes(rebasing: value[6..<42])
    }
}
