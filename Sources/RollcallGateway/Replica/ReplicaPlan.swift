internal import RollcallCore

/// What a listing of the primary comes to, against what the replica has: pure. Nothing that is odd may take an address
/// away: an older edition, another store, a list that has suddenly lost most of its domains are refused and said, and what
/// was there stays.
struct ReplicaPlan: Equatable {
    /// To be fetched: edition by domain.
    var fetch: [String: Int64] = [:]
    /// No longer on the primary.
    var drop: Set<String> = []
    /// Why not all of the listing is taken; empty: it is.
    var alarms: [String] = []

    /// - `have`: editions by domain. `store`: whose they are; `nil` while there are none.
    init(_ listing: ReplicaListing, have: [String: Int64], store: String?) {
        if let store, store != listing.store, !have.isEmpty {
            alarms.append(
                "the primary has another store than the one that these address books are of; if that is right, remove "
                    + "the replica's folder and start it again")
            return
        }
        for book in listing.books {
            guard let known = have[book.domain] else {
                fetch[book.domain] = book.edition
                continue
            }
            if book.edition > known { fetch[book.domain] = book.edition }
            if book.edition < known {
                alarms.append(
                    "the primary has edition \(book.edition) of \(book.domain), older than edition \(known) here, which stays"
                )
            }
        }
        let gone = Set(have.keys).subtracting(listing.books.map(\.domain))
        // One domain is removed by hand, and another; not most of them between two looks.
        if gone.count > max(1, have.count / 2) || (gone.count == have.count && !gone.isEmpty) {
            alarms.append(
                "\(gone.count) of \(have.count) domains are gone from the primary's list at once, and stay here; if that is "
                    + "right, remove the replica's folder and start it again")
        } else {
            drop = gone
        }
    }

    /// Checks an image that came for one of them.
    static func take(_ bytes: [UInt8], for domain: String, edition: Int64) throws(ReplicaFlaw) -> Snapshot {
        let snapshot: Snapshot
        do {
            snapshot = try bytes.withUnsafeBytes { try Snapshot(copying: $0) }
        } catch {
            throw ReplicaFlaw("the address book of \(domain) that the primary sent is not used: \(error)")
        }
        guard snapshot.name == domain, snapshot.edition >= edition else {
            throw ReplicaFlaw(
                "the primary sent edition \(snapshot.edition) of \(snapshot.name) for edition \(edition) of \(domain)")
        }
        return snapshot
    }
}
