package import RollcallCore
package import RollcallStore

/// The entries of a book, whole.
package enum BookEntries {
    package static func each(_ db: any Database, _ domain: Domain, _ body: (Entry) throws -> Void) throws {
        try Book.eachEntry(db, domain: domain.id) { view in
            guard let entry = BookRow(view).entry else { throw damage(domain) }
            try body(entry)
        }
    }

    static func damage(_ domain: Domain) -> StoreError {
        StoreError(
            .corrupt, "an entry in the address book of \(domain.name) cannot be read",
            hint: "run `rollcall store check`; restore a backup")
    }
}
