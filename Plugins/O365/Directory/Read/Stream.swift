/// The three delta streams of a tenant.

internal import ConnectorKit

enum Stream: String, CaseIterable, Sendable {
    case users, groups, contacts

    /// What is selected is also what is tracked.
    var select: String {
        switch self {
        case .users: "id,displayName,mail,proxyAddresses,accountEnabled,userType,createdDateTime,userPrincipalName"
        case .groups:
            "id,displayName,mail,proxyAddresses,mailEnabled,securityEnabled,groupTypes,visibility,createdDateTime,members"
        case .contacts: "id,displayName,mail,proxyAddresses"
        }
    }

    var start: String { "\(rawValue)/delta?$select=\(select)" }

    var kind: RecordKind {
        switch self {
        case .users: .user
        case .groups: .group
        case .contacts: .contact
        }
    }

    var permission: String {
        switch self {
        case .users: "User.Read.All"
        case .groups: "GroupMember.Read.All"
        case .contacts: "OrgContact.Read.All"
        }
    }

    var title: String {
        switch self {
        case .users: "The users"
        case .groups: "The groups"
        case .contacts: "The contacts"
        }
    }
}
