package import RollcallCore

/// What somebody may do; each may do all that those before it may.
package enum Role: String, Sendable, CaseIterable, Comparable, Codable {
    /// Looks.
    case viewer
    /// Starts, approves, cancels and undoes runs.
    case `operator`
    /// Changes domains, sources, accounts, tokens.
    case admin
    /// Changes administrators and which connectors are trusted.
    case owner

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    package static func < (a: Role, b: Role) -> Bool { a.rank < b.rank }
}

/// Somebody who signs in to the dashboard.
package struct Administrator: Equatable, Sendable {
    package var id: Int64
    package var name: String
    package var role: Role
    /// Only this customer's domains; `nil`: everything.
    package var customer: Int64?
    /// The password's verifier, never the password.
    package var password: String
    /// The password was made by the machine: it opens one thing only, the page to set one's own.
    package var isOneTime: Bool
    package var createdAt: Timestamp
    package var changedAt: Timestamp
}

package enum Administrators {
    package static func add(
        _ db: any Database, name: String, role: Role, customer: Int64?, password: String, isOneTime: Bool,
        at now: Timestamp
    ) throws -> Administrator {
        guard try find(db, name: name) == nil else {
            throw StoreError(.taken, "there is an administrator \(name) already")
        }
        let id = try Meta.next(db, "administrator")
        try db.execute(
            """
            INSERT INTO administrators (id, name, role, customer_id, password, one_time, created_at, changed_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .int(id), .text(name), .text(role.rawValue), SQLValue(customer), .text(password), SQLValue(isOneTime),
                .int(now.seconds), .int(now.seconds),
            ])
        return Administrator(
            id: id, name: name, role: role, customer: customer, password: password, isOneTime: isOneTime,
            createdAt: now, changedAt: now)
    }

    package static func find(_ db: any Database, name: String) throws -> Administrator? {
        try db.first(columns + " WHERE name = ?", [.text(name)], row)
    }

    package static func find(_ db: any Database, id: Int64) throws -> Administrator? {
        try db.first(columns + " WHERE id = ?", [.int(id)], row)
    }

    package static func list(_ db: any Database) throws -> [Administrator] {
        try db.all(columns + " ORDER BY name", [], row)
    }

    /// Also ends all sessions: who knew the old password is out.
    package static func setPassword(
        _ db: any Database, id: Int64, _ password: String, isOneTime: Bool, at now: Timestamp
    ) throws {
        try db.execute(
            "UPDATE administrators SET password = ?, one_time = ?, changed_at = ? WHERE id = ?",
            [.text(password), SQLValue(isOneTime), .int(now.seconds), .int(id)])
        try Sessions.removeAll(db, administrator: id)
    }

    /// A verifier made anew with stronger parameters: the password is the same, so sessions stay.
    package static func setVerifier(_ db: any Database, id: Int64, _ password: String) throws {
        try db.execute("UPDATE administrators SET password = ? WHERE id = ?", [.text(password), .int(id)])
    }

    /// Also ends all sessions: none goes on with the old rights.
    package static func setRole(
        _ db: any Database, id: Int64, _ role: Role, customer: Int64?, at now: Timestamp
    ) throws {
        if role != .owner || customer != nil { try requireAnotherOwner(db, than: id) }
        try db.execute(
            "UPDATE administrators SET role = ?, customer_id = ?, changed_at = ? WHERE id = ?",
            [.text(role.rawValue), SQLValue(customer), .int(now.seconds), .int(id)])
        try Sessions.removeAll(db, administrator: id)
    }

    private static func requireAnotherOwner(_ db: any Database, than id: Int64) throws {
        let owners = try list(db).filter { $0.role == .owner && $0.customer == nil }
        guard owners.isEmpty || owners.contains(where: { $0.id != id }) else {
            throw StoreError(
                .taken, "this is the last owner, and somebody must be able to manage administrators",
                hint: "make another owner first")
        }
    }

    package static func remove(_ db: any Database, id: Int64) throws {
        try requireAnotherOwner(db, than: id)
        try Sessions.removeAll(db, administrator: id)
        try db.execute("DELETE FROM administrators WHERE id = ?", [.int(id)])
    }

    private static let columns =
        "SELECT id, name, role, customer_id, password, one_time, created_at, changed_at FROM administrators"

    private static func row(_ row: any Row) -> Administrator {
        Administrator(
            id: row.int(0), name: row.text(1), role: Role(rawValue: row.text(2)) ?? .viewer,
            customer: row.optionalInt(3), password: row.text(4), isOneTime: row.flag(5),
            createdAt: Timestamp(seconds: row.int(6)), changedAt: Timestamp(seconds: row.int(7)))
    }
}
