internal import ArgumentParser
internal import RollcallCore
internal import RollcallStore

/// `token`: what programs sign in with.
struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Tokens, with which programs use the API.",
        subcommands: [TokenCreate.self, TokenList.self, TokenRevoke.self])

    struct Document: Encodable {
        let id: String
        let name: String
        let role: String
        let scope: String
        let customer: String?
        let createdBy: String
        let createdAt: Timestamp
        let expiresAt: Timestamp
        let usedAt: Timestamp?
        /// Shown once, when it was just made.
        let token: String?

        init(_ db: any Database, _ token: APIToken, secret: String? = nil) throws {
            id = token.id
            name = token.name
            role = token.role.rawValue
            scope = token.scope
            customer = try token.customer.flatMap { try Customers.find(db, id: $0)?.name }
            createdBy = token.createdBy
            createdAt = token.createdAt
            expiresAt = token.expiresAt
            usedAt = token.usedAt
            self.token = secret
        }

        enum CodingKeys: String, CodingKey {
            case id, name, role, scope, customer, createdBy, createdAt, expiresAt, usedAt, token
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(id, forKey: .id)
            try container.encode(name, forKey: .name)
            try container.encode(role, forKey: .role)
            try container.encode(scope, forKey: .scope)
            try container.encode(customer, forKey: .customer)
            try container.encode(createdBy, forKey: .createdBy)
            try container.encode(createdAt, forKey: .createdAt)
            try container.encode(expiresAt, forKey: .expiresAt)
            try container.encode(usedAt, forKey: .usedAt)
            try container.encodeIfPresent(token, forKey: .token)
        }
    }
}
