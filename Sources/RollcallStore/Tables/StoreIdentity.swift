/// By which name a store is told from every other; a backup that was put back has the name of its original.
package enum StoreIdentity {
    package static func text(_ db: any Database) throws -> String {
        try Meta.storeID(db).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
