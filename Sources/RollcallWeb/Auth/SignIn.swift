package import RollcallCore
package import RollcallStore

/// From a name and a password to a session. Every refusal says the same and costs the same time, whether the name is
/// known or not; failures are counted in the store, for the name and for the network that they come from.
struct SignIn {
    let store: Store
    let gate: HashGate
    let cost: Passwords.Cost
    let now: Timestamp

    static let refusal = WebFailure(
        401, "Name or password are not right.",
        hint: "Nobody can send you your password; `rollcall admin password NAME` makes a new one.")

    private static let window: Int64 = 15 * 60
    private static let freePerName: Int64 = 10
    private static let freePerNetwork: Int64 = 100

    /// What the browser holds from now on.
    func session(_ request: WebRequest, name: String, password: String) throws -> String {
        let keys = ["name:" + String(name.prefix(200)).lowercased(), "network:" + Self.network(request.peer)]
        let (administrator, until) = try store.read { db in
            (
                try Administrators.find(db, name: name),
                try keys.compactMap { try Throttles.until(db, key: $0, at: now) }.max()
            )
        }
        if let until {
            throw WebFailure(
                429, "There were too many attempts that failed.", hint: "The next one is looked at after \(until).",
                retryAfter: until.seconds - now.seconds)
        }
        let verifier = administrator?.password ?? Self.dummy(cost)
        let isRight = try gate.pass { try Passwords.matches(password, verifier) }
        guard isRight, let administrator else {
            try store.write { db in
                try Throttles.fail(db, key: keys[0], free: Self.freePerName, window: Self.window, at: now)
                try Throttles.fail(db, key: keys[1], free: Self.freePerNetwork, window: 3600, at: now)
            }
            throw Self.refusal
        }
        SecretRegistry.shared.add(password)
        let fresh =
            Passwords.isWeak(verifier, cost) ? try gate.pass { try Passwords.verifier(password, cost: cost) } : nil
        let session = RandomText.make()
        try store.write { db in
            if let fresh { try Administrators.setVerifier(db, id: administrator.id, fresh) }
            try Throttles.clear(db, key: keys[0])
            try Sessions.add(
                db, hash: RandomText.hash(session), administrator: administrator.id,
                agent: String((request.headers["user-agent"] ?? "").prefix(200)), at: now)
        }
        return session
    }

    /// A verifier that no password fits, for names that nobody has: the same work as for one that somebody has.
    private static func dummy(_ cost: Passwords.Cost) -> String {
        "$scrypt$ln=\(cost.log2),r=8,p=\(cost.parallelism)$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    }

    /// An IPv4 address, or the first half of an IPv6 one, which is what one household has.
    private static func network(_ peer: String) -> String {
        guard peer.contains(":") else { return peer }
        return peer.split(separator: ":", omittingEmptySubsequences: false).prefix(4).joined(separator: ":")
    }
}
