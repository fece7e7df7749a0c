package import RollcallCore

extension Store {
    /// Adds a key to the ring and wraps the data key by it. With `existing` the ring's newest key is taken as it is,
    /// for a ring that somebody else keeps. Cut off at any point, everything still opens: the older keys stay in the
    /// ring.
    package func rekey(_ ring: KeyRing, existing: Bool = false, at now: Timestamp) throws {
        // A ring that does not open the store is not to be written to.
        try read { db in if try DataKey.isThere(db) { _ = try DataKey.load(db, ring) } }
        if !existing { try ring.add(at: now) }
        try write { db in
            guard try DataKey.isThere(db) else { return }
            try DataKey.load(db, ring).wrap(db, ring)
        }
    }
}
