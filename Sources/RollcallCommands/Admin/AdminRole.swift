internal import ArgumentParser
internal import RollcallStore

/// Changes what somebody may do, and on whose domains. All sessions end, so that none goes on with the old rights. The
/// last owner stays one.
struct AdminRole: Verb {
    static let configuration = CommandConfiguration(
        commandName: "role", abstract: "Change an administrator's role; all sessions end.")

    @Argument(help: "The administrator's name.") var name: String
    @Argument(help: "owner, admin, operator or viewer.") var role: String
    @Option(help: "From now on only this customer's domains.") var customer: String?
    @Flag(help: "From now on all domains.") var everywhere = false
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let role = try AdminCommand.role(role, among: Role.allCases)
        guard customer == nil || !everywhere else {
            throw Failure(.usage, "A role is on one customer or everywhere, not both.", field: "customer")
        }
        let document = try session.store().write { db in
            let old = try AdminCommand.find(db, name)
            let on = try customer.map { try CustomerCommand.find(db, $0).id } ?? (everywhere ? nil : old.customer)
            try Administrators.setRole(db, id: old.id, role, customer: on, at: session.now)
            return try AdminCommand.Document(db, AdminCommand.find(db, name))
        }
        return Answer(document, "\(name) is \(role.rawValue) now, on \(document.customer ?? "everything").")
    }
}
