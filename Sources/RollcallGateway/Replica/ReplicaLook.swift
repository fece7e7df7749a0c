internal import Glibc
internal import Logging
internal import RollcallCore

/// What the watching thread of a replica remembers between two looks at the primary.
struct ReplicaLook {
    private let client: PrimaryClient
    private let folder: ReplicaFolder
    private let current: CurrentBooks
    private let logger: Logger
    private var books: [String: Snapshot]
    private var syncedAt: [String: Int64] = [:]
    private var store: String?
    /// Of the listing that was taken last, if nothing of it is left to do.
    private var tag = ""
    private var alarms: [String] = []
    private var heardAt: Double
    private var said = ""

    /// So long without an answer, and nobody is called unknown any more: there may be an edition that is not here.
    private static let patience = 5.0

    init(_ client: PrimaryClient, folder: ReplicaFolder, current: CurrentBooks, logger: Logger) {
        self.client = client
        self.folder = folder
        self.current = current
        self.logger = logger
        let saved = folder.load { logger.warning("\($0)") }
        (books, store) = (saved.books, saved.store)
        heardAt = -Self.patience
        guard !books.isEmpty else { return }
        current.replace(
            Books(Array(books.values), doubt: "the address books were not compared with the primary yet"))
    }

    mutating func look() {
        do throws(ReplicaFlaw) {
            let reply = try client.get("/replica/books", tag: tag, most: 64 << 20, seconds: 15)
            if reply.status == 200 {
                try take(try ReplicaListing(json: reply.body))
                if alarms.isEmpty { tag = reply.tag }
            }
            heardAt = Monotonic.seconds
            say(alarms.first ?? "")
            settle(doubt: alarms.first)
        } catch {
            tag = ""
            say(error.description)
            if Monotonic.seconds - heardAt >= Self.patience { settle(doubt: error.description) }
        }
    }

    /// One domain after the other, each put in place as it comes: a large book holds up no small one.
    private mutating func take(_ listing: ReplicaListing) throws(ReplicaFlaw) {
        let plan = ReplicaPlan(listing, have: books.mapValues(\.edition), store: store)
        alarms = plan.alarms
        for (domain, edition) in plan.fetch.sorted(by: { $0.key < $1.key }) {
            do throws(ReplicaFlaw) {
                let reply = try client.get("/replica/books/\(domain)", most: 2 * SnapshotLayout.longest, seconds: 600)
                books[domain] = try ReplicaPlan.take(reply.body, for: domain, edition: edition)
                save(domain, listing.store)
            } catch {
                // It may have been removed since; then the next listing says so.
                alarms.append(error.description)
            }
        }
        for domain in plan.drop {
            books[domain] = nil
            folder.remove(domain)
        }
        if store == nil || plan.alarms.isEmpty {
            store = listing.store
            for book in listing.books { syncedAt[book.domain] = book.syncedAt }
        }
    }

    private func save(_ domain: String, _ store: String) {
        guard let snapshot = books[domain] else { return }
        do {
            try folder.save(snapshot, of: store)
        } catch {
            logger.error("the address book of \(domain) cannot be kept for the next start: \(error)")
        }
    }

    private mutating func settle(doubt: String?) {
        let now = current.now
        let same =
            now.snapshots.count == books.count && now.doubt == doubt && now.isLoaded
            && now.snapshots.allSatisfy { books[$0.name] === $0 }
        // Without a book ever heard of there is nothing to be sure of.
        if same || (books.isEmpty && heardAt < 0) { return }
        current.replace(Books(books.sorted { $0.key < $1.key }.map(\.value), syncedAt: syncedAt, doubt: doubt))
    }

    /// Each sentence once, until another is true.
    private mutating func say(_ sentence: String) {
        guard sentence != said else { return }
        if sentence.isEmpty {
            logger.info("the address books are those of the primary")
        } else {
            logger.error("answers come from the last good books: \(sentence)")
        }
        said = sentence
    }
}
