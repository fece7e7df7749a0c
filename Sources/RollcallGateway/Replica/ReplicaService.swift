internal import Glibc
package import Logging

/// A lookup service that follows a primary over the network and has no store: answers over sockets from a copy of its
/// books, brought up to date by edition once a second, kept on disk, and good through any outage and restart.
package final class ReplicaService: Sendable {
    package let books = CurrentBooks()
    private let server: SocketmapServer
    private let look: Look
    private let thread = StoppableThread("replica")

    /// Unchecked: made on one thread, then used on another alone.
    private final class Look: @unchecked Sendable {
        var state: ReplicaLook
        init(_ state: ReplicaLook) { self.state = state }
    }

    /// Listens from here on, and has in place what an earlier process kept.
    package init(
        _ places: [ListenPlace], from client: sending PrimaryClient, folder: ReplicaFolder, policy: AnswerPolicy,
        logger: Logger
    ) throws(SocketFailure) {
        server = try SocketmapServer(places, books: books, policy: policy)
        look = Look(ReplicaLook(client, folder: folder, current: books, logger: logger))
    }

    package var places: [ListenPlace] { server.places }

    package func start() throws(SocketFailure) {
        try server.start()
        thread.start { [look] isStopped in
            while !isStopped.isSet {
                look.state.look()
                for _ in 0..<10 where !isStopped.isSet { usleep(100_000) }
            }
        }
    }

    package func stop() {
        server.stop()
        thread.stop()
    }
}
