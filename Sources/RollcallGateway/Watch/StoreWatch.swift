internal import Glibc
package import Logging
internal import RollcallCore
package import RollcallStore

/// Keeps the books that are answered from in step with the store, whoever changes it: a tenth of a second after a commit
/// of any process it looks which editions are new, and reads those domains' books anew. When the store is gone, locked
/// or broken, the last good books stay, under a doubt: who is known stays known, and nobody is unknown.
package final class StoreWatch: Sendable {
    private let location: StoreLocation
    private let folder: SnapshotFolder
    private let current: CurrentBooks
    private let logger: Logger
    private let thread = StoppableThread("editions")

    private static let pause: UInt32 = 100_000

    package init(_ location: StoreLocation, folder: SnapshotFolder, books: CurrentBooks, logger: Logger) {
        self.location = location
        self.folder = folder
        current = books
        self.logger = logger
    }

    /// Puts what an earlier process saved in place, so that answers can begin before the store is read.
    package func loadSaved() {
        let saved = folder.load { logger.warning("\($0)") }
        guard !saved.isEmpty else { return }
        current.replace(Books(saved, doubt: "the address books were not compared with the store yet"))
    }

    package func start() {
        let look = Look(location, folder, current, logger)
        thread.start { isStopped in
            while !isStopped.isSet {
                look.look()
                usleep(Self.pause)
            }
        }
    }

    package func stop() { thread.stop() }

    /// One look, for a caller that wants the books to be those of this moment.
    package func lookOnce() { Look(location, folder, current, logger).look() }

    /// Unchecked: made on one thread, then used on another alone.
    private final class Look: @unchecked Sendable {
        private var state: StoreLook

        init(_ location: StoreLocation, _ folder: SnapshotFolder, _ books: CurrentBooks, _ logger: Logger) {
            state = StoreLook(location, folder: folder, current: books, logger: logger)
        }

        func look() { state.look() }
    }
}
