package import RollcallStore

/// What a route asks of a visitor.
package enum Permission: Sendable, Equatable, CustomStringConvertible {
    /// Anybody: the sign-in page, assets, health.
    case everybody
    /// Whoever is signed in, also with a one-time password: to set one's own, to sign out.
    case signedIn
    /// At least this role, on the domain that the route names, or on anything at all.
    case role(Role)
    /// At least this role, and on everything: not for those who have one customer only.
    case everywhere(Role)
    /// A token of this scope, and nobody else.
    case scope(String)
    /// A token of scope `maps`, or at least this role.
    case lookup(Role)

    package var description: String {
        switch self {
        case .everybody: "everybody"
        case .signedIn: "signedIn"
        case .role(let role): role.rawValue
        case .everywhere(let role): "\(role.rawValue), everywhere"
        case .scope(let scope): "a token of scope \(scope)"
        case .lookup(let role): "\(role.rawValue), or a token of scope maps"
        }
    }

    /// Whether the visitor has it, the domain aside.
    package func allows(_ visitor: Visitor) -> Bool {
        switch self {
        case .everybody: true
        case .signedIn: visitor.administrator != nil
        case .role(let role): visitor.may(role)
        case .everywhere(let role): visitor.may(role) && visitor.customer == nil
        case .scope(let scope): visitor.scope == scope
        case .lookup(let role): visitor.may(role) || visitor.scope == "maps"
        }
    }
}
