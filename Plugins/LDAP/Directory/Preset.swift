/// What one kind of directory calls things, and what it needs by default. A setting that is filled in beats these.

enum Preset: String, Sendable {
    case activeDirectory = "active-directory"
    case openLDAP = "openldap"
    case netscape = "389ds"
    case domino
    case custom

    /// Everything that may receive mail, and every group, also without an address: groups nest. No negations: on a
    /// server whose schema lacks the attribute, a negation matches nothing at all.
    var filter: String {
        switch self {
        case .activeDirectory:
            """
            (|(&(|(proxyAddresses=*)(mail=*))(|(objectCategory=person)(objectClass=publicFolder)\
            (objectClass=msExchDynamicDistributionList)))(objectCategory=group))
            """
        case .openLDAP:
            """
            (|(mail=*)(proxyAddresses=*)(mailLocalAddress=*)(mailAlternateAddress=*)\(groupFilter))
            """
        case .netscape:
            "(|(mail=*)(mailAlternateAddress=*)\(groupFilter))"
        case .domino:
            "(|(mail=*)(objectClass=dominoGroup)(objectClass=groupOfNames))"
        case .custom:
            "(|(mail=*)\(groupFilter))"
        }
    }

    private var groupFilter: String {
        "(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=groupOfURLs)(objectClass=nisMailAlias)"
    }

    var emailAttribute: String { "mail" }

    var aliasAttributes: [String] {
        switch self {
        case .activeDirectory: ["proxyAddresses"]
        case .openLDAP: ["proxyAddresses", "mailAlternateAddress", "mailLocalAddress"]
        case .netscape: ["mailAlternateAddress", "proxyAddresses"]
        case .domino: ["shortName", "mailAddress"]
        case .custom: ["proxyAddresses", "mailAlternateAddress", "mailLocalAddress"]
        }
    }

    var listAttribute: String { "objectClass" }

    /// In lower case, as `Wildcard` compares.
    var listValues: [String] {
        switch self {
        case .activeDirectory: ["group", "publicfolder", "msexchdynamicdistributionlist"]
        case .domino: ["dominogroup", "groupofnames"]
        default: ["groupof*", "nismailalias", "group", "mailgroup", "inetmailgroup", "dominogroup"]
        }
    }

    /// What the servers of this preset identify objects by; nil: found out from the server.
    var idAttribute: String? {
        switch self {
        case .activeDirectory: "objectGUID"
        case .openLDAP: "entryUUID"
        case .netscape: "nsUniqueId"
        case .domino: "dominoUNID"
        case .custom: nil
        }
    }
}
