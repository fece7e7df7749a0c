/// The ways to learn what has changed, and the choice among them: the most complete one that server and account allow.

internal import CLDAP
internal import ConnectorKit

enum Way: String, Sendable {
    /// Active Directory tells changed objects, from a cookie that any domain controller understands.
    case dirSync
    /// Active Directory's change numbers, good for one database of one domain controller.
    case usn
    /// RFC 4533, refreshOnly.
    case syncRepl
    /// By time of modification; deletions wait for the next full read.
    case timestamp
    /// Every read is a full one.
    case none

    var longestWithoutFull: Int64 { self == .timestamp ? 86400 : State.longestWithoutFull }

    struct Choice: Sendable {
        var way: Way
        var why: String

        var explanation: String {
            switch way {
            case .dirSync: "changes by DirSync: \(why)"
            case .usn: "changes by uSNChanged: \(why)"
            case .syncRepl: "changes by RFC 4533: \(why)"
            case .timestamp: "changes by modifyTimestamp, and a full read every 24 hours for deletions: \(why)"
            case .none: "a full read: \(why)"
            }
        }
    }

    static func choose(_ session: Session) throws(Stop) -> Choice {
        switch session.options.incremental {
        case .off: return Choice(way: .none, why: "incremental reading is switched off")
        case .dirsync: return Choice(way: .dirSync, why: "the setting says so")
        case .usn: return Choice(way: .usn, why: "the setting says so")
        case .syncrepl: return Choice(way: .syncRepl, why: "the setting says so")
        case .timestamp: return Choice(way: .timestamp, why: "the setting says so")
        case .auto: break
        }
        if session.isActiveDirectory { return try chooseMicrosoft(session) }
        if session.root.controls.contains(Control.syncRequest) {
            guard try SyncRepl.isServed(session) else {
                return Choice(
                    way: .timestamp, why: "the server knows RFC 4533 but is no provider of this base (syncprov)")
            }
            if session.root.vendor != .openLDAP {
                return Choice(way: .syncRepl, why: "the server offers content synchronization")
            }
            if try SyncRepl.contextCSN(session) != nil {
                return Choice(way: .syncRepl, why: "the server is a provider, and its contextCSN may be read")
            }
            return Choice(
                way: .timestamp,
                why: "the server is a provider, but \(Failure.account(session.options)) may not read its contextCSN")
        }
        return Choice(way: .timestamp, why: "the server does not offer RFC 4533")
    }

    private static func chooseMicrosoft(_ session: Session) throws(Stop) -> Choice {
        if session.root.controls.contains(Control.dirSync) {
            if let refusal = try DirSync.refusal(session) {
                return Choice(way: .usn, why: "DirSync was refused (\(refusal))")
            }
            let account = Failure.account(session.options)
            let deletions =
                try Deletions(session: session).areShown()
                ? "and sees deletions" : "but sees no deletions, so all ids are compared each time"
            return Choice(way: .dirSync, why: "\(account) may use it, \(deletions)")
        }
        return Choice(way: .usn, why: "the server does not offer DirSync")
    }

    /// Where the first delta after a full read that begins now has to start; nil: there will be none.
    static func start(_ choice: Choice, _ session: Session, _ schema: Schema) throws(Stop) -> State? {
        var state = State(way: choice.way, settings: session.options.digest, fullAt: secondsNow())
        switch choice.way {
        case .none: return nil
        case .dirSync:
            state.cookie = try DirSync(session: session).firstCookie()
            state.idSum = try Deletions(session: session).start()
        case .usn: try ChangeNumbers(session: session, schema: schema).start(&state)
        case .syncRepl:
            guard let cookie = try SyncRepl(session: session, schema: schema).firstCookie() else { return nil }
            state.cookie = cookie
        case .timestamp: state.since = try ModifyTimes.now(session)
        }
        state.containers = try Containers(session: session).all()
        return state
    }
}
