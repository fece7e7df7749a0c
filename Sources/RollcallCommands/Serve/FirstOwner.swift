internal import RollcallStore
internal import RollcallWeb

/// Somebody must be able to sign in first: an owner `admin` with a password that works once, is printed once, and is kept
/// nowhere. There is no password that everybody knows.
enum FirstOwner {
    static func make(_ session: Session) throws {
        let store = try session.store()
        guard try store.read({ try Administrators.list($0) }).isEmpty else { return }
        let password = Passwords.oneTime()
        let verifier = try Passwords.verifier(password)
        let isMade = try store.write { db -> Bool in
            // Another `serve` may have been faster.
            guard try Administrators.list(db).isEmpty else { return false }
            _ = try Administrators.add(
                db, name: "admin", role: .owner, customer: nil, password: verifier, isOneTime: true, at: session.now)
            return true
        }
        guard isMade else { return }
        try session.console.answer(line: "Sign in as admin with the one-time password \(password)")
    }
}
