internal import Glibc
internal import Synchronization

/// Closes what is open when the process ends by `exit`, where no deinit runs: the last process to close a store puts
/// its log away, and without that the next command would have to read all of the log before it can begin.
enum OpenStores {
    private struct Reference {
        weak var store: Store?
    }

    private static let references = Mutex<[Reference]>([])

    private static let atExit: Void = {
        atexit { OpenStores.closeAll() }
        return ()
    }()

    static func add(_ store: Store) {
        _ = atExit
        references.withLock { references in
            references.removeAll { $0.store == nil }
            references.append(Reference(store: store))
        }
    }

    /// Only connections that nobody is using: what a thread is in the middle of ends like under a kill, which is safe.
    private static func closeAll() {
        for store in references.withLock({ $0.compactMap(\.store) }) { store.close() }
    }
}
