package import RollcallStore

/// Who asks: an administrator in a browser, a program with a token, or nobody we know.
package struct Visitor: Sendable {
    package enum Kind: Sendable {
        case nobody
        case browser(session: String, administrator: Administrator)
        case program(APIToken)
    }

    package var kind: Kind

    package init(_ kind: Kind) { self.kind = kind }

    package static let nobody = Visitor(.nobody)

    /// As the history names them: `web:anna`, `token:backup`.
    var name: String {
        switch kind {
        case .nobody: "nobody"
        case .browser(_, let administrator): "web:\(administrator.name)"
        case .program(let token): "token:\(token.name.isEmpty ? token.id : token.name)"
        }
    }

    var role: Role? {
        switch kind {
        case .nobody: nil
        case .browser(_, let administrator): administrator.role
        case .program(let token): token.scope == "api" ? token.role : nil
        }
    }

    /// What a program's token is for.
    var scope: String? {
        if case .program(let token) = kind { return token.scope }
        return nil
    }

    /// Only this customer's domains.
    var customer: Int64? {
        switch kind {
        case .nobody: nil
        case .browser(_, let administrator): administrator.customer
        case .program(let token): token.customer
        }
    }

    var administrator: Administrator? {
        if case .browser(_, let administrator) = kind { return administrator }
        return nil
    }

    /// What this visitor's forms carry.
    var formToken: String? {
        if case .browser(let session, _) = kind { return RandomText.formToken(of: session) }
        return nil
    }

    func may(_ role: Role) -> Bool { self.role.map { $0 >= role } ?? false }

    /// Whether the domain is one of those that this visitor's role is for.
    func sees(_ domain: Domain) -> Bool { customer == nil || customer == domain.customer }
}
