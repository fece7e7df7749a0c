package import RollcallCore

/// What a program signs in with. The store has only the hash of it.
package struct APIToken: Equatable, Sendable {
    package var id: String
    package var name: String
    package var role: Role
    /// `api`; `maps`: only the gateways' tables; `replica`: only the books for replicas.
    package var scope: String
    /// Only this customer's domains; `nil`: everything.
    package var customer: Int64?
    package var createdBy: String
    package var createdAt: Timestamp
    package var expiresAt: Timestamp
    package var usedAt: Timestamp?

    package init(
        id: String, name: String, role: Role, scope: String, customer: Int64?, createdBy: String, createdAt: Timestamp,
        expiresAt: Timestamp, usedAt: Timestamp?
    ) {
        self.id = id
        self.name = name
        self.role = role
        self.scope = scope
        self.customer = customer
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.usedAt = usedAt
    }
}

package enum Tokens {
    package static func add(_ db: any Database, _ token: APIToken, hash: [UInt8]) throws {
        try db.execute(
            """
            INSERT INTO tokens (id, hash, name, role, scope, customer_id, created_by, created_at, expires_at, used_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)
            """,
            [
                .text(token.id), .blob(hash), .text(token.name), .text(token.role.rawValue), .text(token.scope),
                SQLValue(token.customer), .text(token.createdBy), .int(token.createdAt.seconds),
                .int(token.expiresAt.seconds),
            ])
    }

    /// One that has not expired.
    package static func find(_ db: any Database, hash: [UInt8], at now: Timestamp) throws -> APIToken? {
        let token = try db.first(columns + " WHERE hash = ?", [.blob(hash)], row)
        return token.flatMap { now < $0.expiresAt ? $0 : nil }
    }

    package static func list(_ db: any Database) throws -> [APIToken] {
        try db.all(columns + " ORDER BY created_at, id", [], row)
    }

    package static func setUsed(_ db: any Database, id: String, at now: Timestamp) throws {
        try db.execute("UPDATE tokens SET used_at = ? WHERE id = ?", [.int(now.seconds), .text(id)])
    }

    /// Whether there was such a token.
    package static func remove(_ db: any Database, id: String) throws -> Bool {
        try db.execute("DELETE FROM tokens WHERE id = ?", [.text(id)]) > 0
    }

    private static let columns = """
        SELECT id, name, role, scope, customer_id, created_by, created_at, expires_at, used_at FROM tokens
        """

    private static func row(_ row: any Row) -> APIToken {
        APIToken(
            id: row.text(0), name: row.text(1), role: Role(rawValue: row.text(2)) ?? .viewer, scope: row.text(3),
            customer: row.optionalInt(4), createdBy: row.text(5), createdAt: Timestamp(seconds: row.int(6)),
            expiresAt: Timestamp(seconds: row.int(7)), usedAt: row.optionalInt(8).map { Timestamp(seconds: $0) })
    }
}
