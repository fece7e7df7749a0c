package import Logging
package import RollcallStore

/// A lookup service as `serve` and `rollcall gateway` run it: answers over sockets from books that follow a store, and
/// what was asked is counted back into it.
package final class LookupService: Sendable {
    package let books = CurrentBooks()
    package let counts = LookupCounts()
    private let server: SocketmapServer
    private let watch: StoreWatch
    private let hits: HitWriter

    /// Listens from here on.
    package init(
        _ places: [ListenPlace], store: StoreLocation, folder: SnapshotFolder, policy: AnswerPolicy, logger: Logger
    ) throws(SocketFailure) {
        server = try SocketmapServer(places, books: books, policy: policy, counts: counts)
        watch = StoreWatch(store, folder: folder, books: books, logger: logger)
        hits = HitWriter(store, counts: counts, logger: logger)
        for place in places where !place.isLocal {
            logger.warning("whoever reaches \(place) can ask for addresses: the protocol knows no passwords")
        }
    }

    /// Answers from what was saved at once, and from the store as soon as it is read.
    package func start() throws(SocketFailure) {
        watch.loadSaved()
        try server.start()
        watch.start()
        hits.start()
    }

    package func stop() {
        server.stop()
        watch.stop()
        hits.stop()
    }

    package var places: [ListenPlace] { server.places }
}
