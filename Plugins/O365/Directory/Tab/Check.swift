/// Test Connection: signs in, proves the tenant, and looks for every permission that a sync will need, all of them, so
/// that one visit to the portal is enough.

internal import ConnectorKit

struct Check {
    private let options: Options
    private let host: Host

    init(_ options: Options, _ host: Host) {
        self.options = options
        self.host = host
    }

    func run() throws(Stop) {
        try options.requireTenant()
        let graph = try Graph(options, host)
        let organization = try Organization.read(graph)
        try organization.prove(options.tenant)
        try host.answer("organization", organization.name)
        try host.answer("tenant", organization.id)
        try host.answer("domains", organization.mailDomains.joined(separator: ", "))
        var missing: [Stream] = []
        for stream in options.contacts ? Stream.allCases : [.users, .groups] {
            let answer = try graph.send(graph.url("\(stream.rawValue)?$select=id&$top=1"), what: stream.title)
            if answer.status == 403 {
                missing.append(stream)
            } else if answer.status != 200 {
                throw GraphRefusal(answer).stop(stream.title, needs: stream.permission, options)
            }
        }
        if !missing.isEmpty { throw lacking(missing) }
        if !options.groups.isEmpty { _ = try Scope(graph) }
        try lifetime(graph)
    }

    private func lacking(_ missing: [Stream]) -> Stop {
        let names = missing.map(\.permission).joined(separator: ", ")
        let one = missing.count == 1
        var text = "The permission\(one ? " \(names) is" : "s \(names) are") missing; "
        text +=
            options.auth == .consent
            ? "grant access again." : "add \(one ? "it" : "them") to the app registration and grant admin consent."
        if missing == [.contacts] { text += " Or switch contacts off." }
        return .denied(text, field: missing == [.contacts] ? "contacts" : "")
    }

    /// How long the credentials still live. A secret's end is only known where the app may read its own registration.
    private func lifetime(_ graph: Graph) throws(Stop) {
        switch options.auth {
        case .certificate:
            let days = try Certificate(options.certificate).daysLeft(Clock.now)
            try host.answer("certificate_days", String(days))
            if days <= 30 { host.warn("The certificate ends in \(days) days.", field: "certificate") }
        case .app:
            guard let days = try secretDays(graph) else { return }
            try host.answer("secret_days", String(days))
            if days <= 30 { host.warn("The client secret ends in \(days) days.", field: "client_secret") }
        case .consent: return
        }
    }

    private func secretDays(_ graph: Graph) throws(Stop) -> Int? {
        let path = "applications(appId='\(Text.percentEncoded(options.clientID))')?$select=passwordCredentials"
        let answer = try graph.send(graph.url(path), what: "The app registration")
        guard answer.status == 200 else { return nil }
        let hint = String(options.clientSecret.prefix(3))
        let ends = (JSONValue(answer.body) ?? .null)["passwordCredentials"].elements
            .filter { $0["hint"].text == hint }.compactMap { $0["endDateTime"].text }.compactMap { Self.day($0) }
        guard let end = ends.min() else { return nil }
        return end - Clock.now / 86_400
    }

    /// The day of an RFC 3339 time, counted from 1970.
    private static func day(_ time: String) -> Int? {
        let parts = time.prefix(10).split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3, (1...12).contains(parts[1]), (1...31).contains(parts[2]) else { return nil }
        return RetryAfter.days(parts[0], parts[1], parts[2])
    }
}

/// Choices for a field: the tenant's groups, by ID with their name.
struct Suggest {
    private let options: Options
    private let host: Host

    init(_ options: Options, _ host: Host) {
        self.options = options
        self.host = host
    }

    func run(_ field: String) throws(Stop) {
        guard field == "groups" else { return }
        try options.requireTenant()
        let graph = try Graph(options, host)
        let found = try graph.value(
            graph.url("groups?$select=id,displayName&$top=200"), what: "The groups", needs: Stream.groups.permission
        )["value"].elements
        for group in found {
            guard let id = group["id"].text, Text.isGUID(id) else { continue }
            try host.answer(id, Text.oneLine(group["displayName"].text ?? id, limit: 120))
        }
    }
}
