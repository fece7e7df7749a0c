internal import RollcallConnectors
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// What all pages of a domain have in common.
enum DomainPart {
    /// The navigation with one Sync tab a source, under the titles that the connectors give them.
    static func tabs(_ call: Call, _ domain: Domain) throws -> DomainTabs {
        let sources = try call.store.read { try Sources.list($0, domain: domain.id) }
        let known = call.service.environment.catalog.scan()
        let listed = sources.filter { $0.enabled || $0.type == domain.serverType }
        return DomainTabs(
            name: domain.name,
            sources: listed.map { source in (source.type, title(source.type, known)) })
    }

    /// `LDAP Sync`; a title that says so itself stays as it is.
    static func title(_ type: String, _ known: [ConnectorInfo]) -> String {
        let title = known.first { $0.id == type && $0.state != .doubled }.map { $0.tab?.title ?? $0.name } ?? type
        return title.lowercased().hasSuffix("sync") ? title : "\(title) Sync"
    }

    static func layout(_ call: Call, _ domain: Domain, _ title: String, _ section: String) throws -> Layout {
        var layout = Layout(title, section: section)
        layout.domain = try tabs(call, domain)
        layout.notice = call.request.query["done"].flatMap(Notices.text)
        return layout
    }

    static func path(_ domain: Domain, _ rest: String = "") -> String { "/domains/\(Escape.url(domain.name))\(rest)" }
}
