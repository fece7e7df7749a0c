/// The edition of a domain's book: goes up by one with every change that gateways can see, in the change's transaction.
package enum Editions {
    package static func current(_ db: any Database, domain: Int64) throws -> Int64 {
        try db.count("SELECT edition FROM domains WHERE id = ?", [.int(domain)])
    }

    package struct Mark: Equatable, Sendable {
        package let domain: Int64
        package let name: String
        package let edition: Int64
    }

    /// Of all domains: cheap enough to be asked after each change of the store.
    package static func all(_ db: any Database) throws -> [Mark] {
        try db.all(
            """
            SELECT d.id, n.name, d.edition FROM domains d
            JOIN domain_names n ON n.domain_id = d.id AND n.is_alias = 0 ORDER BY d.id
            """
        ) { Mark(domain: $0.int(0), name: $0.text(1), edition: $0.int(2)) }
    }

    /// Counts one up and answers the new edition.
    @discardableResult
    package static func advance(_ db: any Database, domain: Int64) throws -> Int64 {
        let edition = try db.first(
            "UPDATE domains SET edition = edition + 1 WHERE id = ? RETURNING edition", [.int(domain)]
        ) { $0.int(0) }
        guard let edition else { throw StoreError(.other, "there is no domain number \(domain)") }
        return edition
    }

    /// As `advance`, where gateways answer differently from now on but no source's plan would be another: what was
    /// planned from the edition before holds for the new one.
    package static func advanceForGateways(_ db: any Database, domain: Int64) throws {
        let edition = try advance(db, domain: domain)
        try db.execute(
            "UPDATE sources SET planned_edition = ? WHERE domain_id = ? AND planned_edition = ?",
            [.int(edition), .int(domain), .int(edition - 1)])
    }
}
