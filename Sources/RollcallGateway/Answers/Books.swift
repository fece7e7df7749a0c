internal import RollcallCore
internal import Synchronization

/// All address books that gateways are answered from, by the names of their domains. Never changes: a new edition is a
/// new set of books, put in place of the old one whole, so that an answer is of one moment.
package final class Books: Sendable {
    /// In any order.
    package let snapshots: [Snapshot]
    /// When a source of each was last read well, seconds, 0 for never; later than in the snapshot where nothing changed.
    package let syncedAt: [Int64]
    /// Why these books may not be the latest; with that, nobody is called unknown for sure. `nil` while there is none.
    package let doubt: String?
    /// Whether somebody has been writing to the store for a while: the address that is unknown may be what is written.
    package let isBeingWritten: Bool
    /// Whether anything was ever read. Before that, there is nothing to answer from.
    package let isLoaded: Bool
    private let names: ByteTable
    private let holders: [Int]

    package init(
        _ snapshots: [Snapshot], syncedAt: [String: Int64] = [:], doubt: String? = nil, isBeingWritten: Bool = false,
        isLoaded: Bool = true
    ) {
        self.snapshots = snapshots
        self.syncedAt = snapshots.map { max($0.syncedAt, syncedAt[$0.name] ?? 0) }
        self.doubt = doubt
        self.isBeingWritten = isBeingWritten
        self.isLoaded = isLoaded
        var names = ByteTable()
        var holders: [Int] = []
        for (index, snapshot) in snapshots.enumerated() {
            // A name stands once in a store; a garbled set of snapshots may have it twice, and the first counts.
            for name in [snapshot.name] + snapshot.facts.aliases {
                let number = Array(name.utf8).withUnsafeBytes { names.intern($0) }
                if number == holders.count { holders.append(index) }
            }
        }
        self.names = names
        self.holders = holders
    }

    /// Before anything is read.
    package static let none = Books([], doubt: "the address books are not loaded yet", isLoaded: false)

    /// The number of the domain's snapshot, by one of its names in A-labels.
    @inline(__always)
    package func find(_ name: UnsafeRawBufferPointer) -> Int? { names.find(name).map { holders[$0] } }

    package func find(_ name: String) -> Snapshot? {
        Array(name.utf8).withUnsafeBytes { find($0) }.map { snapshots[$0] }
    }

    /// The same books, with another doubt.
    package func doubted(_ doubt: String?) -> Books {
        doubt == self.doubt ? self : Books(snapshots, syncedAt: syncedByName, doubt: doubt, isLoaded: isLoaded)
    }

    package var syncedByName: [String: Int64] {
        Dictionary(zip(snapshots.map(\.name), syncedAt), uniquingKeysWith: { first, _ in first })
    }
}

/// The books of this moment: whoever keeps them fresh puts them here, whoever answers takes them from here.
package final class CurrentBooks: Sendable {
    private let books: Mutex<Books>

    package init(_ books: Books = .none) { self.books = Mutex(books) }

    package var now: Books { books.withLock { $0 } }
    package func replace(_ new: Books) { books.withLock { $0 = new } }
}
