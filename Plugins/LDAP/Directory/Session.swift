/// A signed-in connection to the first server that serves, with what is known of it. The next server is tried only as
/// long as nothing has come of the directory: half a read from one and half from another is no read.

internal import CLDAP
internal import ConnectorKit

final class Session {
    let connection: Connection
    let options: Options
    let root: RootDSE
    let host: Host
    let idAttribute: String
    /// From the first entry on, a failure is final.
    var hasEntries = false

    private init(_ server: Server, _ options: Options, _ host: Host, needsBase: Bool) throws(Stop) {
        connection = try Connection(server, options, host)
        self.options = options
        self.host = host
        try connection.bind()
        root = try RootDSE.read(connection)
        idAttribute = needsBase ? try Self.lookAtBase(connection, root, options) : "entryUUID"
    }

    var isActiveDirectory: Bool { root.vendor == .activeDirectory }
    var idForm: IDForm { IDForm(attribute: idAttribute) }

    static func with(
        _ options: Options, _ host: Host, needsBase: Bool = true, _ body: (Session) throws(Stop) -> Void
    ) throws(Stop) {
        var failures: [(Server, Stop)] = []
        for server in ServerList.expand(options) {
            try host.checkCancelled()
            var session: Session?
            do {
                let opened = try Session(server, options, host, needsBase: needsBase)
                session = opened
                try body(opened)
                return
            } catch {
                let isOpen = session != nil
                // Once signed in, only an outage before the first entry sends us on.
                if error.status == .cancelled || isOpen && (session?.hasEntries == true || error.status != .unavailable)
                {
                    throw error
                }
                failures.append((server, error))
                host.log(.warn, "\(server.shown): \(error)")
            }
        }
        throw worst(failures)
    }

    /// What a person can mend is told before an outage.
    private static func worst(_ failures: [(Server, Stop)]) -> Stop {
        guard let first = failures.first else { return .badSettings("servers", "No server is named.") }
        let chosen = failures.first { $0.1.status != .unavailable } ?? first
        guard failures.count > 1 else { return chosen.1 }
        let detail = failures.map { "\($0.0.shown): \($0.1.text) \($0.1.detail)" }.joined(separator: "; ")
        return Stop(
            chosen.1.status, chosen.1.text + " None of the \(failures.count) servers could be used.",
            field: chosen.1.field, detail: detail)
    }

    /// The base must be there and be seen; and it shows which id its objects have.
    private static func lookAtBase(_ connection: Connection, _ root: RootDSE, _ options: Options) throws(Stop) -> String
    {
        let candidates = [
            "entryUUID", "objectGUID", "nsUniqueId", "ipaUniqueID", "GUID", "ibm-entryuuid", "orclguid", "dominoUNID",
        ]
        var found = 0
        var present: [String] = []
        let outcome = try connection.search(Query(base: options.baseDN, scope: .base, attributes: candidates)) {
            entry in
            found += 1
            present = candidates.filter { entry.bytes($0) != nil }
        }
        guard outcome.code == LDAP_SUCCESS else { throw connection.failure(outcome, .base) }
        guard found == 1 else { throw Failure.of(32, "no entry", .base, connection.server, options) }
        switch root.vendor {
        case .activeDirectory: return "objectGUID"
        case .openLDAP: return "entryUUID"
        case .netscape: return "nsUniqueId"
        default: break
        }
        if let name = options.idAttribute { return name }
        guard let name = present.first else {
            throw .badSettings(
                "id_attribute",
                "\(connection.server.shown) shows none of the usual stable ids; name the "
                    + "attribute that holds one.")
        }
        return name
    }
}
