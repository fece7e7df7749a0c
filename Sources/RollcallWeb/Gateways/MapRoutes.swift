internal import RollcallCore
internal import RollcallGateway
internal import RollcallStore

/// Tables of recipients over HTTP, one address a line, for gateways that fetch them (Rspamd asks HEAD, then GET): one
/// domain's, or all that the token is for. Whoever has the present one gets 304, by tag or by date; the next look is wanted
/// in five minutes. Only for tokens of scope `maps`, which open nothing else; those that cannot send a header put it into
/// the address.
enum MapRoutes {
    static let routes: [Route] = [
        Route("GET", "/maps/:file", .plain, isSlow: true) { call in try answer(call) }
    ]

    private static let seconds: Int64 = 300

    private static func answer(_ call: Call) throws -> WebResponse {
        let file = call.parameter("file")
        guard file.hasSuffix(".txt") else { throw WebFailure.notFound }
        let name = String(file.dropLast(4))
        return try call.store.read { db in
            let only = name == "all" ? nil : try call.domain(db, name)
            let books = try BookVersions.all(db).filter { book in
                only.map { $0.id == book.id }
                    ?? (call.visitor.customer == nil || call.visitor.customer == book.customer)
            }
            let map = call.site.maps.map("\(call.visitor.customer ?? 0) \(only?.name ?? "*")", books, at: call.now)
            func complete(_ response: WebResponse) -> WebResponse {
                map.validators.put(on: response)
                    .with("expires", HTTPDate.text(Timestamp(seconds: call.now.seconds + seconds)))
                    .with("cache-control", "private, max-age=\(seconds)")
            }
            if map.validators.match(call.request) { return complete(.notModified) }
            let bytes = try call.site.maps.bytes(map) {
                // Its readers take a line that begins like a comment for one, as Rspamd does.
                var exporter = Exporter(.rspamd)
                exporter.isStamped = false
                var bytes: [UInt8] = []
                try exporter.stream(db, books.map(\.id), at: call.now) { bytes += $0 }
                return bytes
            }
            return complete(WebResponse(200, "text/plain; charset=utf-8", bytes))
        }
    }
}
