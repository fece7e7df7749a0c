/// The connector `ldap`: Active Directory, OpenLDAP, 389 Directory Server, Domino and what else speaks LDAP.

public import ConnectorKit

public final class LDAPDirectory: Connector {
    public static let id = "ldap"
    public static let version = "1.0.0"
    public static let flags: ConnectorFlags = [.deltas]

    private let settings: Pairs

    public init(settings: Pairs, host: Host) throws(Stop) { self.settings = settings }

    public func call(_ method: String, arguments: Pairs, host: Host) throws(Stop) {
        switch method {
        case "check": try Check(options: Options(settings).checked(), host: host).run()
        case "suggest": try Suggestion(options: Options(settings), host: host).run(arguments.text("field"))
        default: throw .unsupported
        }
    }

    public func sync(_ request: SyncRequest, host: Host) throws(Stop) {
        let options = try Options(settings)
        switch request.mode {
        case .full:
            let options = try options.checked()
            try Session.with(options, host) { (session) throws(Stop) in try FullRead(session: session).run() }
        case .delta:
            let state = try State(request.state, options)
            let options = try options.checked()
            try Session.with(options, host) { (session) throws(Stop) in
                try DeltaRead(session: session, state: state).run()
            }
        }
    }
}
