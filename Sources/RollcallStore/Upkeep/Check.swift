/// Looks whether the store is whole: by the engine, then by what the host itself promises about its rows. Reads all of
/// it, so it runs when asked for and not at the start.
package struct StoreCheck: Equatable, Sendable {
    /// One sentence a flaw; empty for a sound store.
    package var flaws: [String] = []
    package var domains: Int64 = 0
    package var sources: Int64 = 0
    package var entries: Int64 = 0
    package var objects: Int64 = 0
    package var runs: Int64 = 0
    package var secrets: Int64 = 0
}

extension Store {
    /// With a key ring, every secret is opened, too.
    package func check(ring: KeyRing? = nil) throws -> StoreCheck {
        var check = StoreCheck()
        check.flaws = try with { try $0.integrity() }
        // Rows of a damaged file say nothing.
        guard check.flaws.isEmpty else { return check }
        try read { db in
            for (sentence, sql) in Self.orphans {
                let count = try db.count(sql)
                if count > 0 { check.flaws.append("\(count) \(sentence)") }
            }
            if let flaw = try Audit.verify(db) { check.flaws.append(flaw) }
            try Book.findDoubles(db) { check.flaws.append($0) }
            if let ring { try Secrets.findClosed(db, ring) { check.flaws.append($0) } }
            check.domains = try db.count("SELECT COUNT(*) FROM domains")
            check.sources = try db.count("SELECT COUNT(*) FROM sources")
            check.entries = try db.count("SELECT COUNT(*) FROM entries")
            check.objects = try db.count("SELECT COUNT(*) FROM objects")
            check.runs = try db.count("SELECT COUNT(*) FROM runs")
            check.secrets = try db.count("SELECT COUNT(*) FROM secrets")
        }
        return check
    }

    private static let known = "(SELECT id FROM sources UNION ALL SELECT source_id FROM removed_sources)"

    private static let orphans = [
        (
            "domains without a name",
            "SELECT COUNT(*) FROM domains WHERE id NOT IN (SELECT domain_id FROM domain_names WHERE is_alias = 0)"
        ),
        ("entries of no domain", "SELECT COUNT(*) FROM entries WHERE domain_id NOT IN (SELECT id FROM domains)"),
        (
            "entries of no source",
            "SELECT COUNT(*) FROM entries WHERE owner <> 0 AND owner NOT IN (SELECT id FROM sources)"
        ),
        ("objects of no source", "SELECT COUNT(*) FROM objects WHERE source_id NOT IN \(known)"),
        ("memberships of no source", "SELECT COUNT(*) FROM edges WHERE source_id NOT IN \(known)"),
        ("runs of no source", "SELECT COUNT(*) FROM runs WHERE source_id NOT IN \(known)"),
        ("parts of plans of no run", "SELECT COUNT(*) FROM run_changes WHERE run_id NOT IN (SELECT id FROM runs)"),
        (
            "secrets of no source",
            "SELECT COUNT(*) FROM secrets WHERE owner_kind = 'source' AND owner_id NOT IN (SELECT id FROM sources)"
        ),
    ]
}

extension Secrets {
    static func findClosed(_ db: any Database, _ ring: KeyRing, _ report: (String) -> Void) throws {
        let rows = try db.all("SELECT owner_kind, owner_id, field FROM secrets") {
            (owner: SecretOwner(kind: $0.text(0), id: $0.int(1)), field: $0.text(2))
        }
        for row in rows {
            do {
                _ = try open(db, ring, owner: row.owner, field: row.field)
            } catch let error as StoreError where error.kind == .sealed {
                report("the secret \(row.field) of \(row.owner.kind) \(row.owner.id): \(error.message)")
            }
        }
    }
}
