/// Who the tenant says it is. Read at the start of everything: it proves that token and tenant belong together.

internal import ConnectorKit

struct Organization {
    let id: String
    let name: String
    /// Verified domains in the order of the directory, those that carry mail.
    let mailDomains: [String]
    let domains: [String]

    static func read(_ graph: Graph) throws(Stop) -> Organization {
        let what = "The organization"
        let answer = try graph.send(graph.url("organization?$select=id,displayName,verifiedDomains"), what: what)
        guard answer.status == 200 else {
            let refusal = GraphRefusal(answer)
            if answer.status == 403, graph.options.auth == .consent {
                throw .needConsent(
                    "The tenant grants Rollcall no access (any more): the permission Organization.Read.All is missing. Grant access again.",
                    detail: refusal.detail)
            }
            throw refusal.stop(what, needs: "Organization.Read.All", graph.options)
        }
        let found = (JSONValue(answer.body) ?? .null)["value"].elements
        guard found.count == 1, let id = found[0]["id"].text, Text.isGUID(id) else {
            throw .failed("The organization: the answer names no tenant.", detail: Exchange.detail(answer))
        }
        let domains = found[0]["verifiedDomains"].elements
        return Organization(
            id: Text.lowered(id), name: Text.oneLine(found[0]["displayName"].text ?? "", limit: 120),
            mailDomains: domains.filter { ($0["capabilities"].text ?? "").contains("Email") }.compactMap {
                $0["name"].text
            },
            domains: domains.compactMap { $0["name"].text })
    }

    /// The tenant must be the one that the settings name, by ID or by one of its domains.
    func prove(_ tenant: String) throws(Stop) {
        let isSame = Text.isGUID(tenant) ? id == tenant : domains.contains { Text.lowered($0) == tenant }
        guard isSame else {
            throw .badSettings(
                "tenant_id", "The token is for another tenant (\(name), \(id)) than tenant_id says.")
        }
    }
}
