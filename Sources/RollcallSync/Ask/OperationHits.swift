package import RollcallCore
package import RollcallStore

/// Puts beside each delete how often gateways asked for the address lately: a plan that deletes what people write to
/// every day is worth a second look.
package struct OperationHits {
    private let db: any Database
    private let domain: Domain?
    private let day: Int64

    package init(_ db: any Database, domain: String, at now: Timestamp) throws {
        self.db = db
        self.domain = try Domains.find(db, name: domain)
        day = Lookups.day(now)
    }

    package func filled(_ operation: Operation) throws -> Operation {
        guard operation.op == .delete, operation.what != .member, let domain else { return operation }
        let key = Address.key(of: operation.address)
        guard let at = key.lastIndex(of: UInt8(ascii: "@")) else { return operation }
        let hits = try Lookups.hits(db, domain: domain.id, local: Array(key[..<at]), on: day)
        var operation = operation
        operation.lookups = hits.week
        operation.lookupsMonth = hits.month
        return operation
    }
}
