/// The containers below the base. Renaming or moving one changes the name of everything below it, but servers tell that
/// for the container alone: so containers are part of every delta, and what lies below a renamed one is read again.

internal import CLDAP
internal import ConnectorKit

struct Containers {
    let session: Session

    static let filter = """
        (objectClass=organizationalUnit)(objectClass=organization)(objectClass=container)(objectClass=nsContainer)\
        (objectClass=locality)(objectClass=domain)(objectClass=builtinDomain)
        """
    private static let classes: [StaticString] = [
        "organizationalunit", "organization", "container", "nscontainer", "locality", "domain", "builtindomain",
    ]

    /// More are not kept: the state has its limit.
    private static let most = 1200
    private static let names = NameHash(fixed: ())

    static func isContainer(_ entry: EntryReader) -> Bool {
        for attribute in entry.attributes where attribute.base.isSame(as: "objectclass") {
            for index in 0..<attribute.count {
                let value = attribute[index]
                if classes.contains(where: { value.isSame(as: $0) }) { return true }
            }
        }
        return false
    }

    static func idHash(_ id: Bytes) -> UInt64 { names.hash(id) }
    static func nameHash(_ dn: Bytes) -> UInt64 { names.hash(dn) }

    /// All of them; nil where they are too many to keep.
    func all() throws(Stop) -> [UInt64: UInt64]? {
        let writer = IDWriter(session.idForm)
        var found: [UInt64: UInt64] = [:]
        let query = Query(
            base: session.options.baseDN, filter: "(|\(Self.filter))", attributes: [session.idAttribute])
        try PagedRead(session, query).run(
            { (entry, _) throws(Stop) in
                guard let value = entry.attributes.first(where: { $0.count > 0 })?[0],
                    let id = writer.text(value: value)
                else { return }
                let hash = Self.idHash(id)
                found[hash] = Self.nameHash(EntrySink.plainName(entry.dn))
            }, endPage: { () throws(Stop) in })
        session.hasEntries = false
        return found.count > Self.most ? nil : found
    }
}

/// What a delta has seen of containers, and what follows from it.
struct ContainerChanges {
    private var known: [UInt64: UInt64]?
    private(set) var renamed: [String] = []

    init(_ known: [UInt64: UInt64]?) { self.known = known }

    var containers: [UInt64: UInt64]? { known }

    /// A container that is new, or has another name than before, is read again with all below.
    mutating func saw(_ id: Bytes, _ dn: Bytes) {
        let (idHash, nameHash) = (Containers.idHash(id), Containers.nameHash(dn))
        if known?[idHash] == nameHash { return }
        known?[idHash] = nameHash
        renamed.append(String(decoding: dn, as: UTF8.self))
    }

    /// True: a known one is gone. What was below it may be out of sight without a word.
    mutating func deleted(_ id: Bytes) -> Bool { known?.removeValue(forKey: Containers.idHash(id)) != nil }
}
