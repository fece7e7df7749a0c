internal import Foundation
internal import RollcallCore

/// What a replica keeps for its next start: the snapshots, and of which store they are.
package struct ReplicaFolder: Sendable {
    private let snapshots: SnapshotFolder

    package init(_ path: String) { snapshots = SnapshotFolder(path) }

    /// Beside where a store would be: `rollcall.db-replica`.
    package static func beside(store: String) -> ReplicaFolder { ReplicaFolder(store + "-replica") }

    package var path: String { snapshots.path }
    private var mark: String { path + "/primary" }

    func load(_ complain: (String) -> Void) -> (books: [String: Snapshot], store: String?) {
        let books = snapshots.load(complain).map { ($0.name, $0) }
        let store = try? String(contentsOfFile: mark, encoding: .utf8)
        return (Dictionary(books, uniquingKeysWith: { first, _ in first }), store?.isEmpty == false ? store : nil)
    }

    func save(_ snapshot: Snapshot, of store: String) throws {
        try snapshots.save(snapshot)
        if (try? String(contentsOfFile: mark, encoding: .utf8)) != store { try AtomicFile.replace(mark, store.utf8) }
    }

    func remove(_ domain: String) { snapshots.remove(domain) }
}
