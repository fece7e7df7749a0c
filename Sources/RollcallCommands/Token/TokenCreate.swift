internal import ArgumentParser
internal import RollcallCore
internal import RollcallStore
internal import RollcallWeb

/// Makes a token. It is shown once; the store keeps only its hash.
struct TokenCreate: Verb {
    static let configuration = CommandConfiguration(commandName: "create", abstract: "Make a token; it is shown once.")

    @Option(help: "What it is for.") var name = ""
    @Option(help: "viewer, operator, admin or owner.") var role = "viewer"
    @Option(help: "api; maps: only the gateways' tables; or replica: only for `rollcall gateway --from`.") var scope =
        "api"
    @Option(help: "Only this customer's domains.") var customer: String?
    @Option(help: ArgumentHelp("After how many days it ends, at most 365.", valueName: "days")) var expires = 90
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let role = try AdminCommand.role(role, among: Role.allCases)
        guard ["api", "maps", "replica"].contains(scope) else {
            throw Failure(
                .usage, "“\(shown(scope))” is no scope.", hint: "Scopes are api, maps and replica.", field: "scope")
        }
        guard (1...365).contains(expires) else {
            throw Failure(.usage, "A token ends after 1 to 365 days, not \(expires).", field: "expires")
        }
        guard name.utf8.count <= 100, shown(name) == name else {
            throw Failure(
                .usage, "“\(shown(name))” is no name: up to 100 bytes without control characters.", field: "name")
        }
        let secret = RandomText.token()
        let hash = RandomText.hash(secret)
        let document = try session.store().write { db in
            let token = APIToken(
                id: "tok_" + ULID.next(session.now), name: name, role: role, scope: scope,
                customer: try customer.map { try CustomerCommand.find(db, $0).id }, createdBy: session.actor,
                createdAt: session.now, expiresAt: session.now.adding(days: expires), usedAt: nil)
            try Tokens.add(db, token, hash: hash)
            return try TokenCommand.Document(db, token, secret: secret)
        }
        return Answer(
            document, lines: [secret, "Id \(document.id), role \(document.role), ends \(document.expiresAt)."])
    }
}
