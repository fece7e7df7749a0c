package import RollcallCore

/// What a secret belongs to. Bound into the seal: a secret moved to another owner does not open.
package struct SecretOwner: Hashable, Sendable {
    package var kind: String
    package var id: Int64

    package init(kind: String, id: Int64) {
        self.kind = kind
        self.id = id
    }

    package static func source(_ id: Int64) -> SecretOwner { SecretOwner(kind: "source", id: id) }
    /// What the host itself uses for a source's reports; its connector never gets to see it.
    package static func reports(of source: Int64) -> SecretOwner { SecretOwner(kind: "reports", id: source) }
}

/// Passwords, client secrets and tokens, sealed. Only the sealed form ever reaches the store's files.
package enum Secrets {
    package static func set(
        _ db: any Database, _ ring: KeyRing, owner: SecretOwner, field: String, _ secret: Secret, at now: Timestamp
    ) throws {
        secret.withBytes { SecretRegistry.shared.add($0) }
        let key = try DataKey.loadOrMake(db, ring)
        let sealed = try key.seal(secret, owner: owner, field: field)
        try db.execute(
            """
            INSERT INTO secrets (owner_kind, owner_id, field, changed_at, sealed) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (owner_kind, owner_id, field)
            DO UPDATE SET changed_at = excluded.changed_at, sealed = excluded.sealed
            """,
            [.text(owner.kind), .int(owner.id), .text(field), .int(now.seconds), .blob(sealed)])
        if owner.kind == "source" { try TrustEnds.removeAll(db, source: owner.id) }
    }

    /// `nil` where nothing is stored; an error of kind `.sealed` where it does not open.
    package static func open(
        _ db: any Database, _ ring: KeyRing, owner: SecretOwner, field: String
    ) throws -> Secret? {
        let sealed = try db.first(
            "SELECT sealed FROM secrets WHERE owner_kind = ? AND owner_id = ? AND field = ?",
            [.text(owner.kind), .int(owner.id), .text(field)]
        ) { $0.blob(0) }
        guard let sealed else { return nil }
        return try DataKey.load(db, ring).open(sealed, owner: owner, field: field)
    }

    /// All of an owner's, opened.
    package static func openAll(
        _ db: any Database, _ ring: KeyRing, owner: SecretOwner
    ) throws -> [(field: String, secret: Secret)] {
        let rows = try db.all(
            "SELECT field, sealed FROM secrets WHERE owner_kind = ? AND owner_id = ? ORDER BY field",
            [.text(owner.kind), .int(owner.id)]
        ) { ($0.text(0), $0.blob(1)) }
        guard !rows.isEmpty else { return [] }
        let key = try DataKey.load(db, ring)
        return try rows.map { ($0.0, try key.open($0.1, owner: owner, field: $0.0)) }
    }

    /// Why the ring opens none of them, where that is so.
    package static func whySealed(_ db: any Database, _ ring: KeyRing) throws -> String? {
        guard try DataKey.isThere(db) else { return nil }
        do {
            _ = try DataKey.load(db, ring)
            return nil
        } catch let error as StoreError where error.kind == .sealed {
            return error.description
        }
    }

    /// What is stored, without opening it.
    package static func list(
        _ db: any Database, owner: SecretOwner
    ) throws -> [(field: String, changed: Timestamp)] {
        try db.all(
            "SELECT field, changed_at FROM secrets WHERE owner_kind = ? AND owner_id = ? ORDER BY field",
            [.text(owner.kind), .int(owner.id)]
        ) { ($0.text(0), Timestamp(seconds: $0.int(1))) }
    }

    package static func remove(_ db: any Database, owner: SecretOwner, field: String) throws {
        try db.execute(
            "DELETE FROM secrets WHERE owner_kind = ? AND owner_id = ? AND field = ?",
            [.text(owner.kind), .int(owner.id), .text(field)])
    }

    package static func removeAll(_ db: any Database, owner: SecretOwner) throws {
        try db.execute(
            "DELETE FROM secrets WHERE owner_kind = ? AND owner_id = ?", [.text(owner.kind), .int(owner.id)])
    }
}
