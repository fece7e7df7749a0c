import RollcallCore
import TestSupport

@testable import RollcallStore

/// What most tests of the store need: a folder, a store in it, a domain with a source.
extension Fixture {
    func storePath() throws -> String { try temporaryDirectory() + "/rollcall.db" }

    func store() throws -> Store { try Store.open(.sqlite(path: try storePath())) }
}

let noon = Timestamp(seconds: 1_790_000_000)

func addSource(_ store: Store, domain: String = "example.com", type: String = "generic") throws -> Source {
    try store.write { db in
        let domain =
            try Domains.find(db, name: domain)
            ?? Domains.add(db, name: domain, serverType: type, at: noon)
        return try Sources.add(db, domain: domain.id, type: type, at: noon)
    }
}

/// Views of bytes for the calls that take no arrays.
func withViews<T>(_ a: [UInt8], _ b: [UInt8], _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> T)
    rethrows -> T
{
    try a.withUnsafeBytes { a in try b.withUnsafeBytes { b in try body(a, b) } }
}

func digest(_ bytes: [UInt8]) -> Digest128 { bytes.withUnsafeBytes { Digest128(of: $0) } }
