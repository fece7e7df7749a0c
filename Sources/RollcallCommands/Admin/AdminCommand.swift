internal import ArgumentParser
internal import RollcallCore
internal import RollcallStore

/// `admin`: who may sign in to the dashboard.
struct AdminCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admin", abstract: "Administrators, who sign in to the dashboard.",
        subcommands: [AdminAdd.self, AdminList.self, AdminPassword.self, AdminRole.self, AdminRemove.self])

    struct Document: Encodable {
        let name: String
        let role: String
        let customer: String?
        let createdAt: Timestamp
        /// The password is still the one that the machine made.
        let oneTime: Bool
        /// Shown once, when it was just made.
        let password: String?

        init(_ db: any Database, _ administrator: Administrator, password: String? = nil) throws {
            name = administrator.name
            role = administrator.role.rawValue
            customer = try administrator.customer.flatMap { try Customers.find(db, id: $0)?.name }
            createdAt = administrator.createdAt
            oneTime = administrator.isOneTime
            self.password = password
        }

        enum CodingKeys: String, CodingKey { case name, role, customer, createdAt, oneTime, password }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(name, forKey: .name)
            try container.encode(role, forKey: .role)
            try container.encode(customer, forKey: .customer)
            try container.encode(createdAt, forKey: .createdAt)
            try container.encode(oneTime, forKey: .oneTime)
            try container.encodeIfPresent(password, forKey: .password)
        }
    }

    static func find(_ db: any Database, _ name: String) throws -> Administrator {
        guard let administrator = try Administrators.find(db, name: name) else {
            throw Failure(
                .notFound, "There is no administrator \(shown(name)).",
                hint: "`rollcall admin list` shows those that there are.")
        }
        return administrator
    }

    static func role(_ text: String, among roles: [Role]) throws -> Role {
        guard let role = roles.first(where: { $0.rawValue == text }) else {
            throw Failure(
                .usage, "“\(shown(text))” is no role.",
                hint: "Roles are \(roles.map(\.rawValue).joined(separator: ", ")).",
                field: "role")
        }
        return role
    }
}
