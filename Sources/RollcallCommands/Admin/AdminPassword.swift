internal import ArgumentParser
internal import RollcallStore
internal import RollcallWeb

/// The way back in for somebody who lost the password: only who may use this machine can take it. All sessions end.
struct AdminPassword: Verb {
    static let configuration = CommandConfiguration(
        commandName: "password", abstract: "Make a new one-time password for an administrator.",
        discussion: "With --stdin the password is read from standard input and is not one-time.")

    @Argument(help: "The administrator's name.") var name: String
    @Flag(help: "Read the password from standard input.") var stdin = false
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let given = stdin ? try SecretInput.read("password", session.console) : nil
        if let given {
            let domains = try session.store().read { try Domains.list($0) }.map(\.name)
            if let flaw = Passwords.flaw(given, name: name, domains: domains) {
                throw Failure(.badSettings, flaw, field: "password")
            }
        }
        let password = given ?? Passwords.oneTime()
        let verifier = try Passwords.verifier(password)
        let document = try session.store().write { db in
            let administrator = try AdminCommand.find(db, name)
            try Administrators.setPassword(
                db, id: administrator.id, verifier, isOneTime: given == nil, at: session.now)
            return try AdminCommand.Document(
                db, AdminCommand.find(db, name), password: given == nil ? password : nil)
        }
        return Answer(
            document,
            given == nil
                ? "One-time password of \(name): \(password)" : "The password of \(name) was set; all sessions ended.")
    }
}
