/// What the form can offer while it is being filled in.

internal import ConnectorKit

struct Suggestion {
    let options: Options
    let host: Host

    func run(_ field: String) throws(Stop) {
        switch field {
        case "base_dn": try bases()
        case "email_attribute": try offer(["mail", "userPrincipalName", "rfc822Mailbox"])
        case "alias_attributes":
            try offer(["proxyAddresses", "mailAlternateAddress", "mailLocalAddress", "mailAlias", "shortName"])
        case "list_attribute": try offer(["objectClass", "objectCategory", "groupType", "memberOf"])
        case "filter": try host.answer(options.preset.filter, "of the preset")
        default: throw .unsupported
        }
    }

    private func offer(_ names: [String]) throws(Stop) {
        for name in names { try host.answer(name, name) }
    }

    private func bases() throws(Stop) {
        guard !options.servers.isEmpty else { throw .badSettings("servers", "No server is named.") }
        try Session.with(options, host, needsBase: false) { (session) throws(Stop) in
            let root = session.root
            var contexts = root.namingContexts
            if let index = contexts.firstIndex(of: root.defaultNamingContext) {
                contexts.insert(contexts.remove(at: index), at: 0)
            }
            for context in contexts where !context.isEmpty {
                try host.answer(context, context == root.defaultNamingContext ? "\(context) (default)" : context)
            }
        }
    }
}
