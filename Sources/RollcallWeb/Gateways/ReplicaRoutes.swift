internal import RollcallCore
internal import RollcallGateway
internal import RollcallStore

/// What replicas fetch: the list of address books with their editions, which is asked for every second and mostly answered
/// 304, and the books themselves. Only for tokens of scope `replica`, each for the domains of its customer, or for all.
enum ReplicaRoutes {
    static let routes: [Route] = [
        Route("GET", "/replica/books", .plain) { call in try list(call) },
        Route("GET", "/replica/books/:domain", .plain, isSlow: true) { call in try image(call) },
    ]

    private static func list(_ call: Call) throws -> WebResponse {
        try call.store.read { db in
            let customer = call.visitor.customer
            let books = try BookVersions.all(db).filter { customer == nil || $0.customer == customer }
            let listing = try call.site.replicas.listing(db, books, at: call.now)
            let validators = Validators(tag: listing.tag)
            return validators.put(
                on: validators.match(call.request)
                    ? .notModified : WebResponse(200, "application/json", listing.make().json))
        }
    }

    private static func image(_ call: Call) throws -> WebResponse {
        try call.store.read { db in
            let domain = try call.domain(db)
            let validators = Validators(tag: "\(domain.name)-\(domain.edition)")
            if validators.match(call.request) { return validators.put(on: .notModified) }
            return validators.put(
                on: WebResponse(
                    200, "application/octet-stream", try call.site.replicas.image(db, domain, at: call.now)))
        }
    }
}
