package import RollcallCore
package import RollcallStore

/// Who owns an entry, by the name that people know: the source's type, or `manual`.
package struct OwnerNames {
    private var names: [OwnerID: String] = [.manual: "manual"]

    package init(_ db: any Database, _ domain: Domain) throws {
        for source in try Sources.list(db, domain: domain.id) { names[source.id] = source.type }
    }

    package subscript(owner: OwnerID) -> String { names[owner] ?? "source \(owner)" }
}
