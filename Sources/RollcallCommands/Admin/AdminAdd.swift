internal import ArgumentParser
internal import RollcallStore
internal import RollcallWeb

/// Adds somebody with a one-time password, which is shown once: a password that one person chose for another is known to
/// two.
struct AdminAdd: Verb {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add an administrator; prints a one-time password.")

    @Argument(help: "The name to sign in with.") var name: String
    @Option(help: "owner, admin, operator or viewer.") var role = "admin"
    @Option(help: "Only this customer's domains.") var customer: String?
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        guard !name.isEmpty, name.utf8.count <= 100, shown(name) == name, !name.contains("/") else {
            throw Failure(
                .usage, "“\(shown(name))” is no name: 1 to 100 bytes without slashes and control characters.",
                field: "name")
        }
        let role = try AdminCommand.role(role, among: Role.allCases)
        let password = Passwords.oneTime()
        let verifier = try Passwords.verifier(password)
        let document = try session.store().write { db in
            let owner = try customer.map { try CustomerCommand.find(db, $0).id }
            let administrator = try Administrators.add(
                db, name: name, role: role, customer: owner, password: verifier, isOneTime: true, at: session.now)
            return try AdminCommand.Document(db, administrator, password: password)
        }
        return Answer(document, "Added \(name). One-time password: \(password)")
    }
}
