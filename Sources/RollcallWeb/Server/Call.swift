package import RollcallCore
package import RollcallStore
package import RollcallSync

/// What a handler works with: the request, who asks, and the house behind it.
package struct Call: Sendable {
    let site: Site
    let request: WebRequest
    let visitor: Visitor
    let parameters: [String: String]

    var store: Store { site.environment.service.environment.store }
    var service: SyncService { site.environment.service }
    var now: Timestamp { service.environment.now() }

    func parameter(_ name: String) -> String { parameters[name] ?? "" }

    /// The domain that the path names, if it is one of the visitor's. One that is not, is not there.
    func domain(_ db: any Database) throws -> Domain { try domain(db, parameter("domain")) }

    func domain(_ db: any Database, _ text: String) throws -> Domain {
        let name = (try? DomainName(text).name) ?? ""
        guard let domain = try Domains.find(db, name: name), visitor.sees(domain) else {
            throw WebFailure(404, "There is no domain \(text).", hint: "The overview lists those that there are.")
        }
        return domain
    }

    func domain() throws -> Domain { try store.read { try domain($0) } }

    /// The run that the path names, if its domain is one of the visitor's.
    func run() throws -> RunSummary {
        let id = parameter("run")
        return try store.read { db in
            guard let record = try Runs.find(db, id: id), let domain = try Domains.find(db, id: record.domain),
                visitor.sees(domain)
            else { throw WebFailure(404, "There is no run \(id).", hint: "The history lists those that there are.") }
            return record.summary
        }
    }

    /// Does what the command line does by these words, in the visitor's name.
    @discardableResult
    func perform(_ words: String...) throws -> [UInt8] { try site.environment.perform(words, visitor.name) }

    @discardableResult
    func perform(all words: [String]) throws -> [UInt8] { try site.environment.perform(words, visitor.name) }
}
