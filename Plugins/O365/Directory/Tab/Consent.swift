/// Administrator consent: where the browser is sent, and what its return is worth.
///
/// The return proves nothing by itself. A refusal may say `admin_consent=True`; the tenant in it is anybody's claim. So
/// the tenant is only kept once a token could be had there with our credentials and the organization behind that token
/// says it is that tenant. A tenant that is stored already is never replaced by another this way.

internal import ConnectorKit

struct Consent {
    private let options: Options

    init(_ options: Options) { self.options = options }

    func begin(_ arguments: Pairs, _ host: Host) throws(Stop) {
        let cloud = try Cloud(options.settings)
        try options.requireCredentials(cloud)
        let (redirect, state) = (arguments.text("redirect_uri"), arguments.text("state"))
        guard !redirect.isEmpty, !state.isEmpty else {
            throw .failed("A consent begins with a redirect_uri and a state.")
        }
        // Once the tenant is known, only its administrators are asked.
        let tenant = Text.isGUID(options.tenant) ? options.tenant : "organizations"
        let query = Text.form([
            ("client_id", options.clientID), ("scope", cloud.scope), ("redirect_uri", redirect), ("state", state),
        ])
        try host.answer("url", "\(cloud.login)/\(tenant)/v2.0/adminconsent?\(query)")
    }

    func finish(_ arguments: Pairs, _ host: Host) throws(Stop) {
        try refusal(arguments)
        let tenant = Text.lowered(arguments.text("query.tenant"))
        guard Text.isGUID(tenant) else { throw .failed("The sign-in's answer names no tenant.") }
        guard options.tenant.isEmpty || !Text.isGUID(options.tenant) || options.tenant == tenant else {
            throw .denied(
                "Access was granted for another tenant (\(tenant)) than this source has; it stays with its own.",
                field: "tenant_id")
        }
        let organization = try proved(tenant, host)
        try host.answer("organization", organization.name)
        try host.answer("tenant", organization.id)
        try host.answer("domains", organization.mailDomains.joined(separator: ", "))
        try host.save("tenant_id", organization.id)
        try host.save("consented", organization.id)
    }

    private func refusal(_ arguments: Pairs) throws(Stop) {
        let error = Text.oneLine(arguments.text("query.error"), limit: 80)
        let description = Text.oneLine(arguments.text("query.error_description"))
        if !error.isEmpty {
            switch error {
            case "consent_required", "access_denied", "permission_denied":
                throw .denied(
                    "Access was not granted: the administrator said no. Nothing has changed.",
                    detail: "\(error) \(description)")
            default:
                throw .denied("Access was not granted (\(error)). Nothing has changed.", detail: description)
            }
        }
        guard Text.lowered(arguments.text("query.admin_consent")) == "true" else {
            throw .failed("The sign-in's answer says neither yes nor no.")
        }
    }

    /// A token right after consent may still lack what was granted, so a refused one is thrown away and asked for again
    /// a few times.
    private func proved(_ tenant: String, _ host: Host) throws(Stop) -> Organization {
        let graph = try Graph(options, host, tenant: tenant)
        for pause in [2_000, 4_000, 8_000, 12_000, 0] as [UInt64] {
            do throws(Stop) {
                let organization = try Organization.read(graph)
                guard organization.id == tenant else {
                    throw Stop.denied(
                        "The sign-in's answer names a tenant that the token is not for. Nothing has changed.")
                }
                return organization
            } catch {
                // A refusal of the token itself means that nobody granted anything there.
                let isFresh = error.status == .needConsent && error.detail.utf8.starts(with: "HTTP 403".utf8)
                guard isFresh else { throw error }
                graph.tokens.forget()
                if pause == 0 { break }
                try host.wait(milliseconds: pause)
            }
        }
        throw .unavailable(
            "Microsoft has not passed the permissions on yet, as can happen right after they are granted: try again in some minutes."
        )
    }
}
