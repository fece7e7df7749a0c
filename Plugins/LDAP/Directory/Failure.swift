/// What a result code means to a person: the class of the failure, the setting at fault, and a sentence.

internal import CLDAP
internal import ConnectorKit

/// What was being done when the server said no.
enum Phase: Sendable { case connect, bind, base, read, delta }

enum Failure {
    static func of(_ code: Int32, _ words: String, _ phase: Phase, _ server: Server, _ options: Options) -> Stop {
        let name = String(cString: ldap_err2string(code))
        let detail = "\(server.shown): result \(code) \(name)" + (words.isEmpty ? "" : ", \(words)")
        switch code {
        case 49, 48: return signIn(code, words, detail, server, options)
        case 53 where phase == .bind:
            return signIn(code, words, detail, server, options)
        case 34 where phase == .bind:
            return .badSettings(
                "user", "The user \(options.user) is no name that \(server.shown) takes.", detail: detail)
        case 8, 13:
            return .badSettings(
                "security", "\(server.shown) wants an encrypted connection; choose StartTLS or LDAPS.", detail: detail)
        case 32, 34:
            return .badSettings(
                "base_dn", "The base DN \(options.baseDN) is not there, or \(account(options)) may not see it.",
                detail: detail)
        case 50:
            return .denied("\(account(options)) may not read below \(options.baseDN).", field: "user", detail: detail)
        case 1 where words.contains("authentication") || words.contains("bind must be completed"):
            return .denied("\(server.shown) lets nobody read who has not signed in.", field: "user", detail: detail)
        case 4, 11:
            let limit = code == 4 ? "size limit" : "administrative limit"
            return .denied(
                "\(server.shown) stopped at its \(limit): it must be lifted for \(account(options)), or the directory "
                    + "would look smaller than it is.", field: "user", detail: detail)
        case 3, 51, 52:
            return .unavailable("\(server.shown) is too busy to answer in full.", detail: detail)
        case -1, -2, -5, 81, 85, 91:
            return .unavailable("The connection to \(server.shown) was lost.", detail: detail)
        case -4, 84:
            return .unavailable("\(server.shown) sent something that is no LDAP.", detail: detail)
        case -7, 87, 18, 21:
            return .badSettings("filter", "The search string is not one that \(server.shown) takes.", detail: detail)
        case 10, 9:
            return .badSettings(
                "base_dn", "\(server.shown) does not hold \(options.baseDN) and refers to another server.",
                detail: detail)
        default:
            return .failed("\(server.shown) answered \(name) where entries were expected.", detail: detail)
        }
    }

    /// Active Directory says more than "invalid credentials", in a number inside its words.
    private static func signIn(
        _ code: Int32, _ words: String, _ detail: String, _ server: Server, _ options: Options
    ) -> Stop {
        let reasons: [(String, String, String)] = [
            ("data 525", "user", "is unknown"), ("data 530", "user", "may not sign in at this time"),
            ("data 531", "user", "may not sign in from here"), ("data 532", "password", "has an expired password"),
            ("data 533", "user", "is disabled"), ("data 701", "user", "has expired"),
            ("data 773", "password", "must change the password first"), ("data 775", "user", "is locked out"),
        ]
        for (mark, field, reason) in reasons where words.contains(mark) {
            return .badSettings(field, "\(account(options)) \(reason), says \(server.shown).", detail: detail)
        }
        return .badSettings(
            "password", "\(server.shown) did not accept the password of \(account(options)).", detail: detail)
    }

    static func account(_ options: Options) -> String { options.user.isEmpty ? "an anonymous reader" : options.user }

    static func late(_ server: Server, _ what: String, _ milliseconds: Int64) -> Stop {
        .unavailable("\(server.shown) did not \(what) within \(milliseconds / 1000) s.")
    }
}
