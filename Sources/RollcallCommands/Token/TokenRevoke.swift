internal import ArgumentParser
internal import RollcallStore

/// Revokes a token: from now on it opens nothing.
struct TokenRevoke: Verb {
    static let configuration = CommandConfiguration(commandName: "revoke", abstract: "Revoke a token.")

    @Argument(help: "The token's id.") var id: String
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        guard try session.store().write({ try Tokens.remove($0, id: id) }) else {
            throw Failure(
                .notFound, "There is no token \(shown(id)).", hint: "`rollcall token list` shows those that there are.")
        }
        return Answer(["revoked": id], "Revoked \(id).")
    }
}
