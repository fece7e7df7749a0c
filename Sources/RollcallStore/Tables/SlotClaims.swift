package import RollcallCore

/// The slots that have had their run. Claiming one and beginning its run are one transaction, so that of any number of
/// processes exactly one runs it, and a kill between the two leaves neither.
package enum SlotClaims {
    /// `false` where it has been claimed before, by whomever.
    package static func claim(_ db: any Database, source: Int64, _ slot: Slots.Slot, run: String) throws -> Bool {
        try db.execute(
            """
            INSERT INTO slots (source_id, day, number, at, run_id) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (source_id, day, number) DO NOTHING
            """, [.int(source), .int(slot.day), .int(Int64(slot.number)), .int(slot.at), .text(run)]) > 0
    }

    package static func isClaimed(_ db: any Database, source: Int64, _ slot: Slots.Slot) throws -> Bool {
        try db.count(
            "SELECT COUNT(*) FROM slots WHERE source_id = ? AND day = ? AND number = ?",
            [.int(source), .int(slot.day), .int(Int64(slot.number))]) > 0
    }

    /// Gives back the slot of a run that was stopped for a reason that is not its own.
    package static func release(_ db: any Database, run: String, source: Int64) throws {
        try db.execute("DELETE FROM slots WHERE source_id = ? AND run_id = ?", [.int(source), .text(run)])
    }

    /// How many slots of a source have been claimed.
    package static func count(_ db: any Database, source: Int64) throws -> Int64 {
        try db.count("SELECT COUNT(*) FROM slots WHERE source_id = ?", [.int(source)])
    }

    /// Forgets a source's oldest. They are kept for longer than any clock is likely to be wrong.
    package static func prune(_ db: any Database, before moment: Timestamp, limit: Int) throws -> Int {
        try db.execute(
            """
            DELETE FROM slots WHERE (source_id, day, number) IN
                (SELECT source_id, day, number FROM slots WHERE at < ? LIMIT ?)
            """, [.int(moment.seconds), .int(Int64(limit))])
    }
}
