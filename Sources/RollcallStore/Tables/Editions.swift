/// The edition of a domain's book: goes up by one with every change that gateways can see, in the change's transaction.
package enum Editions {
    package static func current(_ db: any Database, domain: Int64) throws -> Int64 {
        try db.count("SELECT edition FROM domains WHERE id = ?", [.int(domain)])
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
}
