package import RollcallCore

/// Customers own domains.
package struct Customer: Equatable, Sendable {
    package var id: Int64
    package var name: String
    package var createdAt: Timestamp
}

package enum Customers {
    package static func add(_ db: any Database, name: String, at now: Timestamp) throws -> Customer {
        guard try find(db, name: name) == nil else { throw StoreError(.taken, "there is a customer \(name) already") }
        let id = try Meta.next(db, "customer")
        try db.execute(
            "INSERT INTO customers (id, name, created_at) VALUES (?, ?, ?)",
            [.int(id), .text(name), .int(now.seconds)])
        return Customer(id: id, name: name, createdAt: now)
    }

    package static func find(_ db: any Database, name: String) throws -> Customer? {
        try db.first("SELECT id, name, created_at FROM customers WHERE name = ?", [.text(name)], row)
    }

    package static func find(_ db: any Database, id: Int64) throws -> Customer? {
        try db.first("SELECT id, name, created_at FROM customers WHERE id = ?", [.int(id)], row)
    }

    package static func list(_ db: any Database) throws -> [Customer] {
        try db.all("SELECT id, name, created_at FROM customers ORDER BY name", [], row)
    }

    /// Removes a customer who owns no domain.
    package static func remove(_ db: any Database, id: Int64) throws {
        let domains = try db.count("SELECT COUNT(*) FROM domains WHERE customer_id = ?", [.int(id)])
        guard domains == 0 else {
            throw StoreError(
                .taken, "the customer still owns \(domains == 1 ? "a domain" : "\(domains) domains")",
                hint: "remove them first, or give them to another customer")
        }
        try db.execute("DELETE FROM customers WHERE id = ?", [.int(id)])
    }

    private static func row(_ row: any Row) -> Customer {
        Customer(id: row.int(0), name: row.text(1), createdAt: Timestamp(seconds: row.int(2)))
    }
}
