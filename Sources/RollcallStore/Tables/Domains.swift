package import RollcallCore

/// A mail domain with what hangs on it: its aliases, its inbound servers, its switches, and the edition of its book.
package struct Domain: Equatable, Sendable {
    package var id: Int64
    package var name: String
    /// Other names with the same address list, in order.
    package var aliases: [String]
    package var customer: Int64?
    /// What its inbound server is: the id of a connector.
    package var serverType: String
    package var enforce: Bool
    /// The characters that start a sub-address.
    package var subaddress: String
    package var catchall: String?
    /// Whether gateways that ask for aliases are told a list's members.
    package var expandLists: Bool
    package var edition: Int64
    package var createdAt: Timestamp
    /// Lowest preference first.
    package var inbound: [InboundServer]
}

package struct InboundServer: Equatable, Sendable {
    package var host: String
    package var port: Int
    package var preference: Int

    package init(host: String, port: Int = 25, preference: Int = 10) {
        self.host = host
        self.port = port
        self.preference = preference
    }
}

/// Names are A-labels in lower case; the caller has made them so. A name stands once, as a domain's or as an alias.
package enum Domains {
    package static func add(
        _ db: any Database, name: String, serverType: String, customer: Int64? = nil, inbound: [InboundServer] = [],
        at now: Timestamp
    ) throws -> Domain {
        let id = try Meta.next(db, "domain")
        try claim(db, name)
        try db.execute(
            """
            INSERT INTO domains (id, customer_id, server_type, enforce, subaddress, catchall, edition, created_at)
            VALUES (?, ?, ?, 0, '+', NULL, 0, ?)
            """, [.int(id), SQLValue(customer), .text(serverType), .int(now.seconds)])
        try db.execute(
            "INSERT INTO domain_names (name, domain_id, is_alias) VALUES (?, ?, 0)", [.text(name), .int(id)])
        try setInbound(db, id, inbound)
        return try get(db, id)
    }

    /// By its own name, or by an alias.
    package static func find(_ db: any Database, name: String) throws -> Domain? {
        try db.first("SELECT domain_id FROM domain_names WHERE name = ?", [.text(name)]) { $0.int(0) }
            .map { try get(db, $0) }
    }

    package static func find(_ db: any Database, id: Int64) throws -> Domain? {
        try db.first(columns + " WHERE d.id = ?", [.int(id)], row).map { try filled(db, $0) }
    }

    /// By name; all of them, or a customer's.
    package static func list(_ db: any Database, customer: Int64? = nil) throws -> [Domain] {
        let domains =
            if let customer {
                try db.all(columns + " WHERE d.customer_id = ? ORDER BY n.name", [.int(customer)], row)
            } else {
                try db.all(columns + " ORDER BY n.name", [], row)
            }
        return try domains.map { try filled(db, $0) }
    }

    /// Writes the columns that people set: customer, type, enforcement, sub-addresses, catch-all.
    package static func update(_ db: any Database, _ domain: Domain) throws {
        try db.execute(
            """
            UPDATE domains SET customer_id = ?, server_type = ?, enforce = ?, subaddress = ?, catchall = ?,
                expand_lists = ?
            WHERE id = ?
            """,
            [
                SQLValue(domain.customer), .text(domain.serverType), SQLValue(domain.enforce),
                .text(domain.subaddress), SQLValue(domain.catchall), SQLValue(domain.expandLists), .int(domain.id),
            ])
    }

    package static func setInbound(_ db: any Database, _ id: Int64, _ servers: [InboundServer]) throws {
        try db.execute("DELETE FROM inbound_servers WHERE domain_id = ?", [.int(id)])
        for (position, server) in servers.enumerated() {
            try db.execute(
                "INSERT INTO inbound_servers (domain_id, position, host, port, preference) VALUES (?, ?, ?, ?, ?)",
                [
                    .int(id), .int(Int64(position)), .text(server.host), .int(Int64(server.port)),
                    .int(Int64(server.preference)),
                ])
        }
    }

    package static func addAlias(_ db: any Database, _ id: Int64, name: String) throws {
        try claim(db, name)
        try db.execute(
            "INSERT INTO domain_names (name, domain_id, is_alias) VALUES (?, ?, 1)", [.text(name), .int(id)])
    }

    /// Whether there was such an alias.
    @discardableResult
    package static func removeAlias(_ db: any Database, _ id: Int64, name: String) throws -> Bool {
        try db.execute(
            "DELETE FROM domain_names WHERE name = ? AND domain_id = ? AND is_alias = 1", [.text(name), .int(id)]) > 0
    }

    /// Removes the domain and every row that belongs to it: sources, secrets, mirror, book, runs.
    package static func remove(_ db: any Database, id: Int64, at now: Timestamp) throws {
        for source in try Sources.list(db, domain: id) { try Sources.remove(db, source.key, at: now) }
        try db.execute(
            "DELETE FROM run_changes WHERE run_id IN (SELECT id FROM runs WHERE domain_id = ?)", [.int(id)])
        for table in [
            "lookups", "refusals", "runs", "objects", "edges", "seen", "touched", "removed_sources", "entries",
            "posted_lists", "inbound_servers", "domain_names",
        ] {
            try db.execute("DELETE FROM \(table) WHERE domain_id = ?", [.int(id)])
        }
        try db.execute("DELETE FROM domains WHERE id = ?", [.int(id)])
    }

    private static func claim(_ db: any Database, _ name: String) throws {
        guard let holder = try find(db, name: name) else { return }
        throw StoreError(
            .taken,
            holder.name == name
                ? "there is a domain \(name) already" : "\(name) is an alias of the domain \(holder.name) already")
    }

    private static func get(_ db: any Database, _ id: Int64) throws -> Domain {
        guard let domain = try find(db, id: id) else { throw StoreError(.other, "there is no domain number \(id)") }
        return domain
    }

    private static let columns = """
        SELECT d.id, n.name, d.customer_id, d.server_type, d.enforce, d.subaddress, d.catchall, d.edition, d.created_at,
            d.expand_lists
        FROM domains d JOIN domain_names n ON n.domain_id = d.id AND n.is_alias = 0
        """

    private static func row(_ row: any Row) -> Domain {
        Domain(
            id: row.int(0), name: row.text(1), aliases: [], customer: row.optionalInt(2), serverType: row.text(3),
            enforce: row.flag(4), subaddress: row.text(5), catchall: row.optionalText(6), expandLists: row.flag(9),
            edition: row.int(7),
            createdAt: Timestamp(seconds: row.int(8)), inbound: [])
    }

    private static func filled(_ db: any Database, _ domain: Domain) throws -> Domain {
        var domain = domain
        domain.aliases = try db.all(
            "SELECT name FROM domain_names WHERE domain_id = ? AND is_alias = 1 ORDER BY name", [.int(domain.id)]
        ) { $0.text(0) }
        domain.inbound = try db.all(
            """
            SELECT host, port, preference FROM inbound_servers WHERE domain_id = ? ORDER BY preference, position
            """, [.int(domain.id)]
        ) { InboundServer(host: $0.text(0), port: Int($0.int(1)), preference: Int($0.int(2))) }
        return domain
    }
}
