package import Foundation
internal import RollcallCore

/// What a primary says that it has: every domain with the edition of its book. A replica takes one only whole: it names
/// the store, so that another one behind the same address is told apart, and counts its own lines.
package struct ReplicaListing: Codable, Sendable, Equatable {
    package struct Book: Codable, Sendable, Equatable {
        package let domain: String
        package let edition: Int64
        /// When a source of it was last read well, seconds; 0 for never.
        package let syncedAt: Int64
    }

    package let store: String
    package let books: [Book]
    /// Behind the list, so that no front part of it can be taken for the whole.
    package let total: Int

    package init(store: String, books: [Book]) {
        self.store = store
        self.books = books
        total = books.count
    }

    /// Reads one, and refuses what is not whole or contradicts itself.
    package init(json: some Sequence<UInt8>) throws(ReplicaFlaw) {
        guard let listing = try? JSONDecoder().decode(ReplicaListing.self, from: Data(json)) else {
            throw ReplicaFlaw("what the primary sent is no list of address books")
        }
        let names = Set(listing.books.map(\.domain))
        guard listing.total == listing.books.count, names.count == listing.total, !listing.store.isEmpty,
            listing.books.allSatisfy({ (try? DomainName($0.domain))?.name == $0.domain && $0.edition >= 0 })
        else { throw ReplicaFlaw("the primary's list of address books contradicts itself") }
        self = listing
    }

    package var json: Data { (try? JSONEncoder().encode(self)) ?? Data() }
}

/// What is wrong with something that a primary sent, or why nothing came.
package struct ReplicaFlaw: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}
